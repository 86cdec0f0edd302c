"""What the local servers answer themselves, with the headers that every answer of the API has."""

import uuid
from collections.abc import Mapping

from starlette.responses import JSONResponse

HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Origin",
}


def answer(body: Mapping[str, str], status: int = 200) -> JSONResponse:
    """An answer of our own."""
    return JSONResponse(body, status, HEADERS | {"X-Request-Id": str(uuid.uuid4())})


def refusal(status: int, message: str) -> JSONResponse:
    """An error in dialect A's shape."""
    return answer({"error": message}, status)
