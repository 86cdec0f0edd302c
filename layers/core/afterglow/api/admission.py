"""What a request must show before any route looks at it: who calls, and a body we can read."""

import base64
from collections.abc import Mapping
from typing import Any

from afterglow import bootstrap
from afterglow.api.dialects import Dialect
from afterglow.api.json_body import invalid_json
from afterglow.api.session_cookie import token_in
from afterglow.domain.errors import (
    AuthenticationError,
    PayloadTooLargeError,
    UnsupportedFormatError,
)
from afterglow.domain.models import User

MAX_BODY_BYTES = 1024 * 1024

Event = Mapping[str, Any]


def caller_of(event: Event, dialect: Dialect) -> User | None:
    """Return who calls, None on a public route. Raises AuthenticationError.

    A route is public only if the dialect's table says so: one that is forgotten there is closed.
    """
    if (event["httpMethod"], event["path"]) in dialect.public:
        return None
    token = token_in(event)
    if token is None:
        raise AuthenticationError("Unauthorized")
    return bootstrap.session_service().authenticate(token)


def check_body(event: Event) -> None:
    """Check that a body, if any, is JSON in UTF-8 of at most 1 MiB.

    Raises PayloadTooLargeError, UnsupportedFormatError, InvalidInputError.
    """
    body = event.get("body")
    if not body:
        return
    raw = _decoded(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    if len(raw) > MAX_BODY_BYTES:
        raise PayloadTooLargeError("Request body too large")
    if _media_type(event) != "application/json":
        raise UnsupportedFormatError("Content-Type must be application/json")
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise invalid_json() from None


def as_json(event: Event) -> dict[str, Any]:
    """Return the event with the one media type there is, spelled as Powertools knows it.

    What a client says of a body that is not there, or how it spells it, is no matter.
    """
    headers = event.get("headers") or {}
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {**event, "headers": others | {"Content-Type": "application/json"}}


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise invalid_json() from None


def _media_type(event: Event) -> str:
    headers = event.get("headers") or {}
    values = [value for name, value in headers.items() if name.lower() == "content-type"]
    return values[0].partition(";")[0].strip().lower() if values else ""
