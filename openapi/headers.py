"""Headers that answers carry."""

from afterglow.api.dialects import dialect_of
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


def add_headers(operation: JSON, path: str) -> None:
    """Add to an operation's answers the headers that they have for where they stand."""
    always = {"X-Request-Id": reference("RequestId")}
    if dialect_of(path).is_deprecated:
        always |= {"Deprecation": reference("Deprecation"), "Link": reference("Successor")}
    elif _is_paged(operation):
        operation["responses"]["200"].setdefault("headers", {})["Link"] = reference("NextPage")
    for response in operation["responses"].values():
        response["headers"] = response.get("headers", {}) | always


def _is_paged(operation: JSON) -> bool:
    return any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
