"""The errors that an operation can answer, in its dialect's own words."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from afterglow.api.dialects import dialect_of
from afterglow.domain import errors
from afterglow.domain.models import SessionKind
from afterglow.services.idempotency import REUSED_KEY
from openapi.headers import RETRY_AFTER
from openapi.operations import phrase, security_of
from openapi.shapes import JSON

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DETAIL: errors.Detail = {"field": "name", "code": "missing", "message": "Field required"}
# Said in many ways, of whatever two requests were changing at once.
_CHANGED_MEANWHILE = errors.ConflictError("")
# What an operation says of its own of one of these comes beside what every operation says.
_MANIFOLD = (
    errors.InvalidInputError,
    errors.AuthenticationError,
    errors.PermissionDeniedError,
    errors.RateLimitError,
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is made to, and what there is to go wrong with."""

    method: str
    path: str
    has_id: bool
    has_body: bool
    takes_key: bool = False


def refusals(target: Target, said: Mapping[int, Sequence[str]]) -> dict[str, JSON]:
    """Return the response of each status that an operation can refuse with.

    `said` are texts of its own, which its route declares, by status.
    """
    dialect = dialect_of(target.path)
    operation = (target.method, target.path)
    bodies: dict[int, list[Any]] = defaultdict(list)
    for error in _possible(target):
        answered = bodies[int(dialect.status_of(error))]
        if error.message and (dialect.status_of(error) not in said or isinstance(error, _MANIFOLD)):
            answered.append(dialect.body_of(error, operation))
    for status, texts in said.items():
        own = [dialect.body_of(errors.DomainError(text), operation) for text in texts]
        bodies[status].extend(own)
    return {str(status): _response(target, status, bodies[status]) for status in sorted(bodies)}


def error_name(path: str) -> str:
    """Return the name of the schema of a path's errors."""
    dialect = dialect_of(path)
    if not dialect.is_deprecated:
        return "Error"
    return "V1Error" if dialect.message_key == "message" else "V1ThreadError"


def error_schemas(paths: list[str]) -> dict[str, JSON]:
    """Return the schemas of the errors of some paths, by name."""
    detail = TypeAdapter(errors.Detail).json_schema() | {"additionalProperties": False}
    return {"ErrorDetail": detail} | {error_name(path): _schema(path) for path in paths}


def _possible(target: Target) -> Iterator[errors.DomainError]:
    dialect = dialect_of(target.path)
    yield errors.InvalidInputError("Validation failed", details=(_DETAIL,))
    if security_of(target.method, target.path):
        yield errors.AuthenticationError("Unauthorized")
    if target.method not in SAFE and dialect.credential is SessionKind.COOKIE:
        yield errors.PermissionDeniedError("Cross-site request blocked")
    if target.has_id:
        yield errors.NotFoundError("Not found")
    if target.method not in SAFE and security_of(target.method, target.path):
        yield _CHANGED_MEANWHILE
    if target.has_body:
        yield errors.PayloadTooLargeError("Request body too large")
        yield errors.UnsupportedFormatError("Content-Type must be application/json")
    if target.takes_key:
        yield errors.ReusedKeyError(REUSED_KEY, code="idempotency_key_reused")
    yield errors.RateLimitError("Rate limit exceeded")
    yield errors.OperationFailedError("Internal server error")


def _response(target: Target, status: int, bodies: list[Any]) -> JSON:
    key = dialect_of(target.path).message_key
    content: JSON = {"schema": {"$ref": f"#/components/schemas/{error_name(target.path)}"}}
    if bodies:
        content["examples"] = {_slug(body[key]): {"value": body} for body in bodies}
    response: JSON = {"description": phrase(status)}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["headers"] = RETRY_AFTER
    return response | {"content": {"application/json": content}}


def _schema(path: str) -> JSON:
    key = dialect_of(path).message_key
    details = {"type": "array", "items": {"$ref": "#/components/schemas/ErrorDetail"}}
    return {
        "type": "object",
        "properties": {key: {"type": "string"}, "details": details},
        "required": [key],
        "additionalProperties": False,
    }


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.lower()).strip("-")
