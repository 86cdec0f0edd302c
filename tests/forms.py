"""Multipart bodies, and the events that bring them."""

import base64
from typing import Any

from tests.events import event

BOUNDARY = "x-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
FILE = 'form-data; name="file"; filename="guide.md"'


def part(disposition: str | bytes | None, content: bytes = b"text", *headers: str) -> bytes:
    """Return a part of a body, without a boundary."""
    raw = disposition.encode() if isinstance(disposition, str) else disposition
    first = [] if raw is None else [b"Content-Disposition: " + raw]
    lines = first + [header.encode() for header in headers]
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + content


def form(*parts: bytes, end: bytes = b"--\r\n") -> bytes:
    """Return a body of parts."""
    opening = b"--" + BOUNDARY.encode()
    return b"".join(opening + b"\r\n" + each + b"\r\n" for each in parts) + opening + end


def request(body: bytes, content_type: str = CONTENT_TYPE) -> dict[str, Any]:
    """Return the event of a request, as the gateway makes it of bytes."""
    raw = base64.b64encode(body).decode()
    headers = {"Content-Type": content_type}
    made = event("POST", "/api/upload", raw=raw, headers=headers)
    return made | {"isBase64Encoded": True}
