"""The parts of a multipart/form-data body (RFC 7578), read in memory."""

import logging
from dataclasses import dataclass, field

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from afterglow.domain.errors import InvalidInputError

MAX_PARTS = 20
MAX_HEADERS = 8
MAX_HEADER_BYTES = 4096

# What it says of a broken body quotes it.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class FormPart:
    """A field of a form, a file if it has a file name. `file_name` and `content` are as sent."""

    name: str
    file_name: str | None
    content: bytearray = field(default_factory=bytearray)


def invalid_multipart() -> InvalidInputError:
    """Return the error for a body that is no form as we take it."""
    return InvalidInputError("Invalid multipart body")


def read_parts(body: bytes, boundary: bytes) -> list[FormPart]:
    """Return the parts of a body in their order.

    Raises InvalidInputError unless it is whole and has 20 parts at most, each with 8 headers of
    4 KiB at most, a name in UTF-8, bytes that are encoded in no way and no parts of its own.
    """
    reading = _Reading()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": reading.begin_part,
            "on_header_field": reading.add_to_header_name,
            "on_header_value": reading.add_to_header_value,
            "on_header_end": reading.end_header,
            "on_headers_finished": reading.end_headers,
            "on_part_data": reading.add_content,
            "on_end": reading.end,
        },
        max_header_count=MAX_HEADERS,
        max_header_size=MAX_HEADER_BYTES,
    )
    try:
        parser.write(body)
    except FormParserError:
        raise invalid_multipart() from None
    if not reading.is_over:
        raise invalid_multipart()
    return reading.parts


@dataclass(slots=True)
class _Reading:
    """How far the parser has come."""

    parts: list[FormPart] = field(default_factory=list)
    is_over: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _header_name: bytes = b""
    _header_value: bytes = b""

    def begin_part(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise invalid_multipart()
        self._headers = {}

    def add_to_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def add_to_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def end_header(self) -> None:
        name = self._header_name.lower()
        if name in self._headers:
            raise invalid_multipart()
        self._headers[name] = self._header_value
        self._header_name = self._header_value = b""

    def end_headers(self) -> None:
        self.parts.append(_part(self._headers))

    def add_content(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += memoryview(data)[start:end]

    def end(self) -> None:
        self.is_over = True


def _part(headers: dict[bytes, bytes]) -> FormPart:
    disposition, parameters = parse_options_header(headers.get(b"content-disposition"))
    encoding = headers.get(b"content-transfer-encoding", b"binary").strip().lower()
    if (
        disposition != b"form-data"
        or b"name" not in parameters
        or encoding not in {b"binary", b"8bit", b"7bit"}
        or headers.get(b"content-type", b"").strip().lower().startswith(b"multipart/")
    ):
        raise invalid_multipart()
    file_name = parameters.get(b"filename")
    return FormPart(text_of(parameters[b"name"]), None if file_name is None else text_of(file_name))


def text_of(raw: bytes | bytearray) -> str:
    """Return text sent in UTF-8. Raises InvalidInputError if it is not, or has a NUL."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise invalid_multipart() from None
    if "\x00" in text:
        raise invalid_multipart()
    return text
