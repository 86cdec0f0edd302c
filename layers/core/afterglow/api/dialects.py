"""The dialects of the API as a table: prefix, credential, shape of errors, statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from afterglow.domain import errors

Statuses = Mapping[type[errors.DomainError], HTTPStatus]

STATUS: Statuses = {
    errors.InvalidInputError: HTTPStatus.BAD_REQUEST,
    errors.AuthenticationError: HTTPStatus.UNAUTHORIZED,
    errors.PermissionDeniedError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.PayloadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedFormatError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.LimitExceededError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.RateLimitError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.OperationFailedError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak to the same core.

    `message_key` holds an error's text, beside `details` where `has_details`. `public` are the
    routes that ask for no credential; every other one does.
    """

    prefix: str
    message_key: str
    has_details: bool
    public: frozenset[tuple[str, str]] = frozenset()
    statuses: Statuses = field(default_factory=dict)

    def status_of(self, error: errors.DomainError) -> HTTPStatus:
        """Return the status that stands for an error."""
        table = {**STATUS, **self.statuses}
        return next(table[kind] for kind in type(error).__mro__ if kind in table)

    def body_of(self, error: errors.DomainError) -> dict[str, object]:
        """Return an error's body."""
        body: dict[str, object] = {self.message_key: error.message}
        if self.has_details and error.details:
            body["details"] = list(error.details)
        return body


WEB = Dialect(
    prefix="/",
    message_key="error",
    has_details=True,
    public=frozenset({("POST", "/api/register"), ("POST", "/api/login")}),
)

# Longest prefix first; the last one takes what is left.
DIALECTS = (WEB,)


def dialect_of(path: str) -> Dialect:
    """Return the dialect that a path belongs to."""
    return next(dialect for dialect in DIALECTS if path.startswith(dialect.prefix))
