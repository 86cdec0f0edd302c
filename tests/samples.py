"""The smallest files of each type that is told by its content."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_FOLDERS = {".docx": "word/document", ".pptx": "ppt/presentation", ".xlsx": "xl/workbook"}
_JPEG_SEGMENTS = (
    (0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
    (0xDB, b"\x00" + b"\x10" * 64),
    (0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00"),
    (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
)


def pdf(preamble: bytes = b"%\xe2\xe3\xcf\xd3\n") -> bytes:
    """Return the beginning of a PDF, its first object and its end."""
    return b"%PDF-1.7\n" + preamble + b"1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n0\n%%EOF"


def doc() -> bytes:
    """Return the header of a compound file, as Word wrote them, and an empty sector."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    return (header + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)).ljust(1024, b"\x00")


def png() -> bytes:
    """Return a picture of one grey pixel."""
    chunks = (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00\x80")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def gif() -> bytes:
    """Return a picture of one pixel out of two colours."""
    header = b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    return header + b"," + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00;"


def jpeg() -> bytes:
    """Return the segments of a picture of one pixel, and as good as no scan."""
    segments = (
        bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data
        for marker, data in _JPEG_SEGMENTS
    )
    return b"\xff\xd8" + b"".join(segments) + b"\x00\xff\xd9"


def archive(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of files by their names, in this order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return written.getvalue()


def office(extension: str) -> bytes:
    """Return an Office package with next to nothing in it."""
    return archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
            "_rels/.rels": b'<?xml version="1.0"?><Relationships/>',
            f"{_FOLDERS[extension]}.xml": b'<?xml version="1.0"?><document/>',
        }
    )


SAMPLES = {
    ".pdf": pdf(),
    ".doc": doc(),
    ".png": png(),
    ".gif": gif(),
    ".jpg": jpeg(),
    ".jpeg": jpeg(),
} | {extension: office(extension) for extension in _FOLDERS}
