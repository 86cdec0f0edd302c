"""What a route answers in words of its own, for the API's description: `responses=NO_THREAD`.

Unite them with `|`. What every route of its kind answers is derived, not declared.
"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse, OpenAPIResponseHeader

from afterglow.api.rendering import JSON
from afterglow.api.schemas.base import Answer

Answers = dict[int, OpenAPIResponse]


def with_cookie(status: HTTPStatus) -> Answers:
    """Return that an answer of a status sets the session's cookie, or clears it."""
    cookie: OpenAPIResponseHeader = {
        "description": "The session's cookie",
        "schema": {"type": "string"},
    }
    return {int(status): {"description": status.phrase, "headers": {"Set-Cookie": cookie}}}


def now_or_later(status: HTTPStatus, now: type[Answer], later: type[Answer]) -> Answers:
    """Return that a turn is answered with a status, or 202 tells where to ask for its answer."""
    return _showing(status, status.phrase, now) | _showing(
        HTTPStatus.ACCEPTED, "The message is taken, and the answer is to come", later
    )


def _showing(status: HTTPStatus, text: str, body: type[Answer]) -> Answers:
    return {int(status): {"description": text, "content": {JSON: {"model": body}}}}


def _saying(status: HTTPStatus, text: str) -> Answers:
    return {int(status): {"description": text}}


NO_ASSISTANT = _saying(HTTPStatus.NOT_FOUND, "Assistant not found")
NO_THREAD = _saying(HTTPStatus.NOT_FOUND, "Thread not found")
NO_ASSISTANT_ID = _saying(HTTPStatus.BAD_REQUEST, "Assistant id is required")
ASSISTANT_LIMIT = _saying(HTTPStatus.TOO_MANY_REQUESTS, "Assistant limit reached")
NOT_ADMIN = _saying(HTTPStatus.UNAUTHORIZED, "Admin privileges required")
WRONG_PASSWORD = _saying(HTTPStatus.UNAUTHORIZED, "Invalid username or password")
WRONG_CURRENT_PASSWORD = _saying(HTTPStatus.FORBIDDEN, "Current password is incorrect")
REGISTRATION_CLOSED = _saying(HTTPStatus.FORBIDDEN, "Registration is closed")
NO_RUN = _saying(HTTPStatus.NOT_FOUND, "Run not found")
RUN_OR_WHEN_TO_ASK_AGAIN: Answers = {
    int(HTTPStatus.OK): {
        "description": HTTPStatus.OK.phrase,
        "headers": {
            "Retry-After": {
                "description": "While the run is not over: seconds after which to ask again",
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    }
}
BUSY = _saying(HTTPStatus.CONFLICT, "A message is already being processed in this thread")
MESSAGE_TOO_SHORT = _saying(
    HTTPStatus.BAD_REQUEST, "The message must be at least 15 words or 40 characters"
)
