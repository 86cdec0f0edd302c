"""The one parser of multipart bodies: a form with a file."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from python_multipart.multipart import parse_options_header

from afterglow.api.form_parts import FormPart, invalid_multipart, read_parts, text_of
from afterglow.api.gateway_event import Event, header_values
from afterglow.domain.errors import InvalidInputError, PayloadTooLargeError, UnsupportedFormatError
from afterglow.domain.file_paths import upload_name

# With base64 and the event around it, this stays below the 6 MB that Lambda takes.
MAX_FILE_BYTES = 4 * 1024 * 1024

_FILE = "file"
# RFC 2046, section 5.1.1
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A file that came in a form, by the last segment of its name, and the form's other fields."""

    file_name: str
    content: bytes
    fields: Mapping[str, str]


def parse_upload_form(event: Event) -> UploadForm:
    """Return the form in a request's body: its one `file`, and its texts. Other files are dropped.

    Raises UnsupportedFormatError unless it is multipart/form-data; PayloadTooLargeError if the file
    is larger than 4 MiB; InvalidInputError if it is broken, without a file, or has a field twice.
    """
    boundary = _boundary(event)
    parts = read_parts(_body(event), boundary)
    named = {part.name: part for part in parts}
    if len(named) < len(parts):
        raise InvalidInputError("A form field is given twice")
    file_name, content = _file(named.pop(_FILE, None))
    fields = {part.name: text_of(part.content) for part in named.values() if part.file_name is None}
    return UploadForm(file_name, content, fields)


def _file(part: FormPart | None) -> tuple[str, bytes]:
    # A browser sends a field for a file that was not chosen, with an empty name.
    if part is None or not part.file_name:
        raise InvalidInputError(
            "Validation failed",
            details=({"field": _FILE, "code": "missing", "message": "No file was sent"},),
        )
    if len(part.content) > MAX_FILE_BYTES:
        raise PayloadTooLargeError(
            "The file is larger than 4 MB: send it through POST /api/uploads"
        )
    return upload_name(part.file_name), bytes(part.content)


def _boundary(event: Event) -> bytes:
    values = header_values(event, "content-type")
    try:
        media_type, parameters = parse_options_header(values[0] if len(values) == 1 else "")
    except UnicodeError:
        media_type, parameters = b"", {}
    if media_type != b"multipart/form-data":
        raise UnsupportedFormatError("Content-Type must be multipart/form-data")
    boundary = parameters.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary):
        raise invalid_multipart()
    return boundary


def _body(event: Event) -> bytes:
    body: str = event.get("body") or ""
    is_encoded = event.get("isBase64Encoded", False)
    # A gateway that takes it for text has put this in place of what is none.
    if not is_encoded and "\N{REPLACEMENT CHARACTER}" in body:
        raise invalid_multipart()
    try:
        return base64.b64decode(body, validate=True) if is_encoded else body.encode()
    except ValueError:
        raise invalid_multipart() from None
