"""The text of Word's and PowerPoint's files: paragraphs of XML in a ZIP archive."""

import re
import zlib
from typing import BinaryIO, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from local.openai.retrieval.unreadable import UnreadableFileError

DOCUMENT: Final = re.compile(r"word/document\.xml")
SLIDE: Final = re.compile(r"ppt/slides/slide(\d+)\.xml")
BREAKS: Final = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t"}
BLOCK: Final = 64 * 1024
# Of a part unpacked: a small archive can hold a huge one.
LARGEST_PART: Final = 64 * 1024 * 1024
BROKEN: Final = (BadZipFile, ExpatError, zlib.error, NotImplementedError, RuntimeError, EOFError,
                 ValueError, OSError)  # fmt: skip


def document_text(source: BinaryIO, most: int) -> str:
    return text_of_parts(source, DOCUMENT, most)


def slides_text(source: BinaryIO, most: int) -> str:
    return text_of_parts(source, SLIDE, most)


def text_of_parts(source: BinaryIO, wanted: re.Pattern[str], most: int) -> str:
    try:
        with ZipFile(source) as archive:
            found = [match for name in archive.namelist() if (match := wanted.fullmatch(name))]
            # Slides in the order of their numbers.
            found.sort(key=lambda match: [int(number) for number in match.groups()])
            text = Paragraphs(most)
            for match in found:
                with archive.open(match[0]) as part:
                    text.read(part)  # type: ignore[arg-type]
    except BROKEN as error:
        raise UnreadableFileError("invalid_file", f"The file cannot be read: {error}") from error
    return "".join(text.pieces)


class Paragraphs:
    """What is between the tags of text runs, up to so many characters."""

    def __init__(self, most: int) -> None:
        self.left = most
        self.pieces: list[str] = []
        self.is_run = False

    def read(self, part: BinaryIO) -> None:
        """One part's text. Its markup is forgotten as soon as it is read."""
        parser = ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        size, is_whole = 0, False
        while self.left > 0 and size < LARGEST_PART and not is_whole:
            block = part.read(BLOCK)
            size, is_whole = size + len(block), not block
            # The parser may keep what it was given until it hears that this is all.
            parser.Parse(block, is_whole)
        self._add("\n")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.is_run = local_name(name) == "t"

    def _end(self, name: str) -> None:
        self.is_run = False
        self._add(BREAKS.get(local_name(name), ""))

    def _text(self, text: str) -> None:
        if self.is_run:
            self._add(text)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.left -= len(text)

    def _refuse(self, *_declaration: object) -> None:
        """Office writes none; with one come entities, and with these a page that fills memory."""
        raise ValueError("a document type is declared")


def local_name(name: str) -> str:
    return name.rpartition(":")[2]
