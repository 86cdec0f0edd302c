"""The text of a PDF."""

import os
from typing import BinaryIO, Final

from local.openai.retrieval.unreadable import UnreadableFileError

# pypdf keeps what it has read, pictures as well, and mends a broken file by reading all of it.
BIG: Final = 32 * 1024 * 1024


def pdf_text(source: BinaryIO, most: int) -> str:
    # Imported here: it doubles the server's start, and most runs see no PDF.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    is_big = source.seek(0, os.SEEK_END) > BIG
    pages: list[str] = []
    try:
        reader = PdfReader(source, strict=is_big)
        for page in reader.pages:
            pages.append(page.extract_text())
            if is_big:
                reader.resolved_objects.clear()
            if sum(map(len, pages)) > most:
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFileError("invalid_file", f"The PDF cannot be read: {error}") from error
    # A broken font table yields lone surrogates, which no JSON can carry.
    return "\n\n".join(pages).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
