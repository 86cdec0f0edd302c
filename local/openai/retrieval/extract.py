"""The text of an uploaded file."""

import io
from pathlib import PurePath
from typing import Final

TEXT_TYPES: Final = ".c .cpp .cs .css .go .html .java .js .json .md .php .py .rb .sh .tex .ts .txt"
ENCODINGS: Final = ("utf-8-sig", "utf-16")


class UnreadableFileError(Exception):
    """Why a file cannot be indexed, with the code OpenAI gives such a file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def extract_text(filename: str, content: bytes) -> str:
    suffix = PurePath(filename).suffix.lower()
    if suffix == ".pdf":
        text = pdf_text(content)
    elif suffix in TEXT_TYPES.split():
        text = plain_text(content)
    else:
        message = f"The local OpenAI stand-in reads text and PDF files, not '{suffix or filename}'."
        raise UnreadableFileError("unsupported_file", message)
    if not text.strip():
        raise UnreadableFileError("invalid_file", "The file holds no text.")
    return text


def plain_text(content: bytes) -> str:
    for encoding in ENCODINGS:
        # Almost any bytes are UTF-16 to a decoder; only those with its mark are meant so.
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("invalid_file", "The file is not text in UTF-8 or UTF-16.")


def pdf_text(content: bytes) -> str:
    # Imported here: it doubles the server's start, and most runs see no PDF.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        pages = PdfReader(io.BytesIO(content)).pages
        text = "\n\n".join(page.extract_text() for page in pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFileError("invalid_file", f"The PDF cannot be read: {error}") from error
    # A broken font table yields lone surrogates, which no JSON can carry.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
