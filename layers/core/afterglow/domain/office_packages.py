"""Office Open XML packages (.docx, .pptx, .xlsx), judged by their beginning."""

import struct
from collections.abc import Iterator

# The folder that a package of each kind keeps its document in.
FOLDERS = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}

_CONTENT_TYPES = "[Content_Types].xml"
# What any package has, in whatever order the program that wrote it chose.
_COMMON = (_CONTENT_TYPES, "_rels/", "docProps/", "customXml/")

_SIGNATURE = b"PK\x03\x04"
# Of a zip's entry: signature, version, flags, method, time, date, CRC, two sizes, two lengths.
_ENTRY = struct.Struct("<4s5H3I2H")
_SIZE_FOLLOWS = 0x08


def is_office_package(head: bytes, extension: str, *, is_whole: bool) -> bool:
    """Tell whether bytes begin as a package of this kind does; `is_whole` if they are all of it.

    Of a longer one we see the first entries only, and not the directory at its end: they must be
    an Office package's, none of them of another kind's folder. Seen whole, it must have its list of
    content types and its document. That the rest can be read is for whoever reads it to find.
    """
    names = list(_entry_names(head))
    others = tuple(folder for kind, folder in FOLDERS.items() if kind != extension)
    if any(name.startswith(others) for name in names):
        return False
    folder = FOLDERS[extension]
    if is_whole:
        return _CONTENT_TYPES in names and any(name.startswith(folder) for name in names)
    return any(name.startswith((folder, *_COMMON)) for name in names)


def _entry_names(head: bytes) -> Iterator[str]:
    """Return the names of a zip's entries, from its first byte on, as far as they can be seen."""
    start = 0
    while start >= 0 and head.startswith(_SIGNATURE, start) and start + _ENTRY.size <= len(head):
        _, _, flags, _, _, _, _, packed, _, name_length, extra_length = _ENTRY.unpack_from(
            head, start
        )
        name_end = start + _ENTRY.size + name_length
        yield head[start + _ENTRY.size : name_end].decode(errors="replace")
        content = name_end + extra_length
        start = head.find(_SIGNATURE, content) if flags & _SIZE_FOLLOWS else content + packed
