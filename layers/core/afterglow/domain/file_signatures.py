"""What the first bytes of a file say it is."""

import re

from afterglow.domain.office_packages import FOLDERS, is_office_package
from afterglow.domain.pictures import PICTURES, is_picture

BINARY = frozenset({".doc", ".pdf", *FOLDERS, *PICTURES})

_STARTS = (
    b"\x89PNG",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xd8\xff",
    b"%PDF-",
    b"GIF87a",
    b"GIF89a",
    b"PK\x03\x04",
)
# A compound file's header: version 3 or 4, little-endian, sectors of 512 or 4,096 bytes.
_COMPOUND = re.compile(
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.{18}(?:\x03\x00\xfe\xff\x09|\x04\x00\xfe\xff\x0c)\x00",
    re.DOTALL,
)
# A header, comments, then the first object: a PDF has nothing else there.
_PDF = re.compile(
    rb"(%PDF-\d\.\d[^\r\n]*[\r\n](?:[\x00\t\n\f\r ]|%[^\r\n]*[\r\n])*)"
    rb"\d+[\x00\t\n\f\r ]+\d+[\x00\t\n\f\r ]+obj\b"
)
_MARKUP = re.compile(rb"<[!/?a-z]", re.IGNORECASE)


def looks_binary(head: bytes) -> bool:
    """Tell whether bytes begin as a file of one of the `BINARY` types does."""
    return head.startswith(_STARTS)


def begins_as(extension: str, head: bytes, *, is_whole: bool) -> bool:
    """Tell whether bytes begin as a file of a `BINARY` type does; `is_whole` if they are all of it.

    What is further on is not looked at: whether it is Word that wrote a compound file (.doc), and
    whether something else is appended, no beginning can say.
    """
    if extension in FOLDERS:
        return is_office_package(head, extension, is_whole=is_whole)
    if extension in PICTURES:
        return is_picture(head, extension, is_whole=is_whole)
    return _is_pdf(head) if extension == ".pdf" else _COMPOUND.match(head) is not None


def _is_pdf(head: bytes) -> bool:
    opening = _PDF.match(head)
    return opening is not None and not _MARKUP.search(opening[1])
