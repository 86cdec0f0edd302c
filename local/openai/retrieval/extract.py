"""The text of an uploaded file, as far as it is searched."""

import codecs
import os
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import BinaryIO, Final

from local.openai.retrieval.markup import html_text
from local.openai.retrieval.office import document_text, slides_text
from local.openai.retrieval.pdf import pdf_text
from local.openai.retrieval.unreadable import UnreadableFileError

TEXT_TYPES: Final = ".c .cpp .cs .css .go .html .java .js .json .md .php .py .rb .sh .tex .ts .txt"
OFFICE_TYPES: Final[Mapping[str, Callable[[BinaryIO, int], str]]] = {
    ".pdf": pdf_text,
    ".docx": document_text,
    ".pptx": slides_text,
}
UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LARGEST: Final = 512 * 1024 * 1024
# A search here goes through every passage. This many characters, some 2,500 passages, take it
# a second or two the first time; of a bigger file only the beginning is found.
LONGEST_TEXT: Final = 4_000_000


def extract_text(filename: str, source: BinaryIO) -> str:
    """At most LONGEST_TEXT characters of it, or an UnreadableFileError."""
    suffix = PurePath(filename).suffix.lower()
    if source.seek(0, os.SEEK_END) > LARGEST:
        raise UnreadableFileError("invalid_file", f"The file is larger than {LARGEST} bytes.")
    source.seek(0)
    if suffix in OFFICE_TYPES:
        text = OFFICE_TYPES[suffix](source, LONGEST_TEXT)
    elif suffix in TEXT_TYPES.split():
        text = plain_text(source)
    else:
        message = f"The local OpenAI stand-in reads no files of type '{suffix or filename}'."
        raise UnreadableFileError("unsupported_file", message)
    text = html_text(text) if suffix == ".html" else text
    if not text.strip():
        raise UnreadableFileError("invalid_file", "The file holds no text.")
    return text[:LONGEST_TEXT]


def plain_text(source: BinaryIO) -> str:
    content = source.read(LONGEST_TEXT)
    # Almost any bytes are UTF-16 to a decoder; only those with its mark are meant so.
    encoding = "utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        # The last character may be cut in two, unless it is the file's last.
        return decoder.decode(content, final=not source.read(1))
    except UnicodeDecodeError as error:
        message = "The file is not text in UTF-8 or UTF-16."
        raise UnreadableFileError("invalid_file", message) from error
