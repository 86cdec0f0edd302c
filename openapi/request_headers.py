"""Headers that a request may carry, read off what its route asks for."""

from collections.abc import Callable, Iterator
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.openapi.params import Dependant

from afterglow.api.idempotency import KEY_HEADER, KEY_PATTERN, repeatable
from afterglow.api.prefer import PREFER_HEADER, RESPOND_ASYNC, prefers_async
from openapi.shapes import JSON

IDEMPOTENCY_KEY: JSON = {
    "name": KEY_HEADER,
    "in": "header",
    "description": (
        "Makes the request safe to repeat for 24 hours: the same key with the same request is done"
        " once and answered as the first time, with `Idempotent-Replayed: true`. What was refused"
        " before anything was made leaves the key free."
    ),
    "schema": {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
    "example": "6f1f3a52-5d2c-4b0e-9a3d-0a5f0c1b7e11",
}
PREFER: JSON = {
    "name": PREFER_HEADER,
    "in": "header",
    "description": (
        f"`{RESPOND_ASYNC}` (RFC 7240) asks for the 202 at once. Other preferences are ignored."
    ),
    # Whatever it is, it is no error.
    "schema": {"type": "string", "pattern": "^.*$"},
    "example": RESPOND_ASYNC,
}


_PARAMETERS = {repeatable: IDEMPOTENCY_KEY, prefers_async: PREFER}


def add_request_headers(operation: JSON, route: Route) -> None:
    """Add the headers that an operation takes to its parameters."""
    asked_for = set(_asked_for(route.dependant))
    added = [_PARAMETERS[each] for each in _PARAMETERS if each in asked_for]
    if added:
        operation["parameters"] = [*operation.get("parameters", ()), *added]


def takes(operation: JSON, parameter: JSON) -> bool:
    """Tell whether an operation takes one of these headers."""
    return parameter in operation.get("parameters", ())


def _asked_for(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for each in dependant.dependencies:
        yield each.depends.dependency
        yield from _asked_for(each.dependant)
