"""Headers that answers carry."""

from http import HTTPStatus

from afterglow.api.dialects import dialect_of
from afterglow.api.idempotency import REPLAYED_HEADER
from afterglow.api.prefer import APPLIED_HEADER, RESPOND_ASYNC
from openapi.request_headers import IDEMPOTENCY_KEY, PREFER, takes
from openapi.shapes import JSON

_TEXT = {"type": "string"}
HEADERS: dict[str, JSON] = {
    "RequestId": {
        "description": "What to name when asking about this answer",
        "required": True,
        "schema": _TEXT,
    },
    "RetryAfter": {
        "description": "Seconds after which it is worth trying again, where waiting helps",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Location": {
        "description": "Where to ask for what is to come",
        "required": True,
        "schema": _TEXT,
    },
    "PreferenceApplied": {
        "description": "The preference of the request that was met",
        "schema": {"type": "string", "enum": [RESPOND_ASYNC]},
    },
    "Replayed": {
        "description": "Only when the same request was done before, with the same key",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "NextPage": {
        "description": 'Where a list goes on: `<...>; rel="next"`; absent on its last page',
        "schema": _TEXT,
    },
    "Deprecation": {
        "description": "Since when this operation is deprecated, as RFC 9745 writes it",
        "required": True,
        "schema": {"type": "string", "pattern": r"^@\d+$"},
    },
    "Successor": {
        "description": 'What to use instead: `<...>; rel="successor-version"`',
        "required": True,
        "schema": _TEXT,
    },
}


def reference(name: str) -> JSON:
    """Return a reference to one of them."""
    return {"$ref": f"#/components/headers/{name}"}


RETRY_AFTER: JSON = {"Retry-After": reference("RetryAfter")}
_LATER = RETRY_AFTER | {"Location": reference("Location")}
_APPLIED = {APPLIED_HEADER: reference("PreferenceApplied")}
_REPLAYED = {REPLAYED_HEADER: reference("Replayed")}


def add_headers(operation: JSON, path: str) -> None:
    """Add to an operation's answers the headers that they have for where they stand."""
    always = {"X-Request-Id": reference("RequestId")}
    if dialect_of(path).is_deprecated:
        always |= {"Deprecation": reference("Deprecation"), "Link": reference("Successor")}
    elif _is_paged(operation):
        operation["responses"]["200"].setdefault("headers", {})["Link"] = reference("NextPage")
    for status, response in operation["responses"].items():
        headers = _of_status(operation, HTTPStatus(int(status)))
        response["headers"] = response.get("headers", {}) | headers | always


def _of_status(operation: JSON, status: HTTPStatus) -> JSON:
    headers: JSON = {}
    if status is HTTPStatus.ACCEPTED:
        headers |= _LATER | (_APPLIED if takes(operation, PREFER) else {})
    if status < HTTPStatus.BAD_REQUEST and takes(operation, IDEMPOTENCY_KEY):
        headers |= _REPLAYED
    return headers


def _is_paged(operation: JSON) -> bool:
    return any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
