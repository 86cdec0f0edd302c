"""What a route answers in words of its own, for the API's description: `responses=NO_THREAD`.

Unite them with `|`, those of one status with `any_of`. What every route of its kind answers is
derived, not declared.
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


def done_or_later(now: type[Answer], later: type[Answer]) -> Answers:
    """Return that an upload is answered once it is over, or 202 tells where to ask for it."""
    return _showing(HTTPStatus.OK, HTTPStatus.OK.phrase, now) | _showing(
        HTTPStatus.ACCEPTED, "The bytes are taken, and the rest goes on", later
    )


def any_of(*answers: Answers) -> Answers:
    """Return that a status is answered in any of several words: a line each."""
    (status,) = {status for answer in answers for status in answer}
    return {status: {"description": "\n".join(each[status]["description"] for each in answers)}}


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
OR_WHEN_TO_ASK_AGAIN: Answers = {
    int(HTTPStatus.OK): {
        "description": HTTPStatus.OK.phrase,
        "headers": {
            "Retry-After": {
                "description": "While it is not over: seconds after which to ask again",
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    }
}
NO_UPLOAD = _saying(HTTPStatus.NOT_FOUND, "Upload not found")
NO_FILE = _saying(HTTPStatus.NOT_FOUND, "File not found")
FILE_CHANGES = _saying(HTTPStatus.CONFLICT, "The file is being changed")
NO_DIRECTORY = _saying(HTTPStatus.NOT_FOUND, "Directory not found")
NO_FORM = _saying(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be multipart/form-data")
FILE_TOO_LARGE = _saying(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The file is larger than 4 MB: send it through POST /api/uploads",
)
FILE_QUOTA = _saying(HTTPStatus.TOO_MANY_REQUESTS, "File quota reached")
FOLDERS_GO_ON = _saying(HTTPStatus.CONFLICT, "Other folders are being uploaded")
MOVE_GOES_ON = _saying(HTTPStatus.CONFLICT, "Files that follow the key cannot be held back")
BUSY = _saying(HTTPStatus.CONFLICT, "A message is already being processed in this thread")
MESSAGE_TOO_SHORT = _saying(
    HTTPStatus.BAD_REQUEST, "The message must be at least 15 words or 40 characters"
)
