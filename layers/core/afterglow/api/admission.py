"""What a request must show before any route looks at it: who calls, and what we can read."""

import base64
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from afterglow import bootstrap
from afterglow.api import bearer, session_cookie
from afterglow.api.dialects import DOCUMENTS, Dialect
from afterglow.api.gateway_event import Event, address_of
from afterglow.api.json_body import invalid_json
from afterglow.api.references import is_assistant_reference
from afterglow.domain.errors import (
    AuthenticationError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    UnsupportedFormatError,
)
from afterglow.domain.models import SessionKind, User
from afterglow.domain.roles import check_admin

MAX_BODY_BYTES = 1024 * 1024
MAX_QUERY_PARAMETERS = 100

_TOKEN_IN: dict[SessionKind, Callable[[Event], str | None]] = {
    SessionKind.COOKIE: session_cookie.token_in,
    SessionKind.BEARER: bearer.token_in,
}
_ASSISTANT = re.compile(r"/api/v1/assistant/(.*)", re.DOTALL)


def caller_of(event: Event, dialect: Dialect) -> User | None:
    """Return who calls, None on a public route. Raises AuthenticationError, RateLimitError.

    A route is public only if the dialect's table says so: one that is forgotten there is closed.
    Nobody we know counts against the address, on public routes and before each 401.
    """
    operation = (event["httpMethod"], event["path"])
    if operation in DOCUMENTS:
        return None
    if operation in dialect.public:
        bootstrap.anonymous_limit()(address_of(event))
        return None
    try:
        return _authenticated(event, dialect)
    except AuthenticationError:
        bootstrap.anonymous_limit()(address_of(event))
        raise


def check_role(user: User | None, event: Event, dialect: Dialect) -> None:
    """Check that an admins' route is called by one. Raises PermissionDeniedError."""
    if user is not None and (event["httpMethod"], event["resource"]) in dialect.admins:
        check_admin(user)


def check_target(event: Event) -> None:
    """Check that a path means one thing, and a query too.

    The gateway hands `/things/` to the function of `/things`: what was to be one, by an id that
    came out empty, must not become all. Raises NotFoundError, InvalidInputError.
    """
    path = unquote(event["path"])
    named = _ASSISTANT.fullmatch(path) if event["httpMethod"] == "DELETE" else None
    if named is not None and not is_assistant_reference(named[1]):
        raise InvalidInputError("Assistant id is required")
    if path.endswith("/") or not path.isprintable():
        raise NotFoundError("Not found")
    parameters = (event.get("multiValueQueryStringParameters") or {}).values()
    if len(parameters) > MAX_QUERY_PARAMETERS:
        raise InvalidInputError("Too many query parameters")
    if any(len(values) > 1 for values in parameters):
        raise InvalidInputError("A query parameter is given twice")


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


def as_json(event: Event, *, takes_body: bool) -> dict[str, Any]:
    """Return the event with the one media type there is, spelled as Powertools knows it.

    What a client says of a body that is not there, or how it spells it, is no matter. A body that
    nobody asked for is dropped.
    """
    headers = event.get("headers") or {}
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    body = event.get("body") if takes_body else None
    return {**event, "body": body, "headers": others | {"Content-Type": "application/json"}}


def _authenticated(event: Event, dialect: Dialect) -> User:
    token = _TOKEN_IN[dialect.credential](event)
    if token is None:
        raise AuthenticationError("Unauthorized")
    return bootstrap.session_service().authenticate(token, dialect.credential)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise invalid_json() from None


def _media_type(event: Event) -> str:
    headers = event.get("headers") or {}
    values = [value for name, value in headers.items() if name.lower() == "content-type"]
    return values[0].partition(";")[0].strip().lower() if values else ""
