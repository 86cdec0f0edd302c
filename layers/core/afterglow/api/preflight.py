"""A browser's question whether a page may send what it is about to send (CORS)."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from afterglow.api.dialects import Dialect
from afterglow.api.gateway_event import Event
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import SessionKind

MAX_AGE_SECONDS = 600
_HEADERS = "Content-Type, Idempotency-Key, Prefer"


def preflight(event: Event, dialect: Dialect, methods: Collection[str]) -> dict[str, Any]:
    """Return the answer to OPTIONS on a path with these methods. Raises NotFoundError if none.

    Who may read it, and so act on it, is said by the headers of every answer.
    """
    if not methods or event["path"].endswith("/"):
        raise NotFoundError("Not found")
    bears = dialect.credential is SessionKind.BEARER
    headers = {
        "Allow": ", ".join(sorted({*methods, "OPTIONS"})),
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Allow-Headers": f"Authorization, {_HEADERS}" if bears else _HEADERS,
        "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    }
    return {
        "statusCode": int(HTTPStatus.NO_CONTENT),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": "",
        "isBase64Encoded": False,
    }
