"""Pictures, judged by their beginning."""

import re
import zlib

PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png"})

# A first chunk of 13 bytes, and its checksum.
_PNG = re.compile(rb"\x89PNG\r\n\x1a\n\x00{3}\r(IHDR.{13})(.{4})", re.DOTALL)
_GIF = re.compile(rb"GIF8[79]a.{7}", re.DOTALL)
_GIF_FLAGS, _GIF_HAS_COLOURS, _GIF_COLOURS = 10, 0x80, 0x07
_START_OF_SCAN = 0xDA


def is_picture(head: bytes, extension: str, *, is_whole: bool) -> bool:
    """Tell whether bytes begin as such a picture does; `is_whole` if they are all of it."""
    if extension == ".png":
        return _is_png(head)
    return _is_gif(head) if extension == ".gif" else _is_jpeg(head, is_whole=is_whole)


def _is_png(head: bytes) -> bool:
    start = _PNG.match(head)
    return start is not None and zlib.crc32(start[1]) == int.from_bytes(start[2])


def _is_gif(head: bytes) -> bool:
    """Tell whether an extension or an image follows a GIF's header and colours."""
    if not _GIF.match(head):
        return False
    flags = head[_GIF_FLAGS]
    colours = 2 ** ((flags & _GIF_COLOURS) + 1) if flags & _GIF_HAS_COLOURS else 0
    return head.startswith((b"!", b","), 13 + 3 * colours)


def _is_jpeg(head: bytes, *, is_whole: bool) -> bool:
    """Tell whether a JPEG's segments follow each other up to its scan, as far as can be seen."""
    if not head.startswith(b"\xff\xd8\xff"):
        return False
    start = 2
    while start + 4 <= len(head):
        if head[start] != 0xFF:  # noqa: PLR2004 - what every segment starts with
            return False
        if head[start + 1] == _START_OF_SCAN:
            return True
        start += 2 + int.from_bytes(head[start + 2 : start + 4])
    return not is_whole
