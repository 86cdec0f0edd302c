"""Look at the beginning of a form for the name of its file, and leave the form whole."""

from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Message, Receive

from local.openai.wire import Json

FORM: Final = b"multipart/form-data"
# A file's name comes before its contents, and after fields that are short.
FURTHEST: Final = 64 * 1024
SHORT: Final = 64


class Beginning:
    """The purpose and the file name in a form, as far as it was fed; never a file's contents."""

    def __init__(self, boundary: bytes) -> None:
        self.found: Json = {}
        self.field = b""
        self.value = b""
        self.header = b""
        self.disposition = b""
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_begin": self._begin_header,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
            },
        )

    @property
    def is_enough(self) -> bool:
        return "filename" in self.found

    def _begin_part(self) -> None:
        self.field = self.value = self.disposition = b""

    def _begin_header(self) -> None:
        self.header = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        if self.header.lower() == b"content-disposition":
            self.disposition += data[start:end]

    def _headers_finished(self) -> None:
        options = parse_options_header(self.disposition)[1]
        self.field = options.get(b"name", b"")
        if b"filename" in options:
            self.found["filename"] = options[b"filename"].decode(errors="replace")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self.field == b"purpose" and not self.is_enough:
            self.value = (self.value + data[start:end])[:SHORT]

    def _part_end(self) -> None:
        if self.field == b"purpose":
            self.found["purpose"] = self.value.decode(errors="replace")


async def beginning(content_type: str, receive: Receive) -> tuple[Json | None, Receive]:
    """What a form names, and the form to be received again; None if it is none."""
    kind, options = parse_options_header(content_type)
    if kind != FORM or not options.get(b"boundary"):
        return None, receive
    form, read, size = Beginning(options[b"boundary"]), [], 0
    while not form.is_enough and size < FURTHEST:
        message = await receive()
        read.append(message)
        body = message.get("body", b"")
        size += len(body)
        try:
            form.parser.write(body)
        except FormParserError:
            break  # the route says so
        if not message.get("more_body", False):
            break
    return form.found, replaying(read, receive)


def replaying(read: list[Message], receive: Receive) -> Receive:
    async def replay() -> Message:
        return read.pop(0) if read else await receive()

    return replay
