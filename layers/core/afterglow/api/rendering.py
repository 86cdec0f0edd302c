"""Errors as bodies, and the headers of every response."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic.alias_generators import to_camel

from afterglow.api.dialects import Dialect
from afterglow.api.failure_texts import Operation
from afterglow.domain import errors
from afterglow.domain.models import SessionKind
from afterglow.observability import log_failure

ProxyResponse = dict[str, Any]

JSON = "application/json"
_A_PAGES_OWN = {"Content-Type", "Content-Security-Policy"}

to_json = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

SECURITY_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def refusal(error: Exception, dialect: Dialect, operation: Operation) -> ProxyResponse:
    """Return the response that stands for an error; what nobody foresaw is logged and is a 500."""
    known = _known(error)
    status = dialect.status_of(known)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log_failure(error)
    headers = {}
    if isinstance(known, errors.RateLimitError) and known.retry_after is not None:
        headers["Retry-After"] = [str(known.retry_after)]
    if status is HTTPStatus.UNAUTHORIZED and dialect.credential is SessionKind.BEARER:
        headers["WWW-Authenticate"] = ["Bearer"]
    return {
        "statusCode": int(status),
        "multiValueHeaders": headers,
        "body": to_json(dialect.body_of(known, operation)),
        "isBase64Encoded": False,
    }


def with_headers(response: ProxyResponse, added: Mapping[str, str]) -> ProxyResponse:
    """Return the response with more headers. They replace others, but links add up."""
    headers = dict(response["multiValueHeaders"])
    for name, value in added.items():
        earlier = headers.get(name, []) if name == "Link" else []
        headers[name] = [", ".join([*earlier, value])]
    return response | {"multiValueHeaders": headers}


def with_security_headers(response: ProxyResponse, request_id: str) -> ProxyResponse:
    """Return the response with the headers that every response has.

    What is not JSON says itself what it is, and what it may load.
    """
    headers = response["multiValueHeaders"]
    (media_type,) = headers.get("Content-Type", [JSON])
    kept = set() if media_type.startswith(JSON) else _A_PAGES_OWN & headers.keys()
    fixed = {name: value for name, value in SECURITY_HEADERS.items() if name not in kept}
    return with_headers(response, fixed | {"X-Request-Id": request_id})


def _known(error: Exception) -> errors.DomainError:
    if isinstance(error, errors.DomainError):
        return error
    if isinstance(error, RequestValidationError):
        details = tuple(map(_detail, error.errors()))
        return errors.InvalidInputError("Validation failed", details=details)
    return errors.OperationFailedError("Internal server error")


def _detail(error: Mapping[str, Any]) -> errors.Detail:
    """Return a validation error without the value it is about."""
    source, *path = error["loc"]
    if source == "query":
        # What our function calls its parameters is nobody's concern.
        path = path[-1:]
    return {
        # Parameters of a path are ours and snake_case; a caller knows camelCase.
        "field": ".".join(to_camel(str(part)) for part in path) or source,
        "code": error["type"].removeprefix("string_"),
        "message": error["msg"],
    }
