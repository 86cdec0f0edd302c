"""The dialects of the API as a table: prefix, credential, shape of errors, statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from afterglow.api.failure_texts import V1_FAILURES, Operation
from afterglow.domain import errors
from afterglow.domain.models import SessionKind

Statuses = Mapping[type[errors.DomainError], HTTPStatus]

STATUS: Statuses = {
    errors.InvalidInputError: HTTPStatus.BAD_REQUEST,
    errors.AuthenticationError: HTTPStatus.UNAUTHORIZED,
    errors.PermissionDeniedError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.ReusedKeyError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PayloadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedFormatError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.LimitExceededError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.RateLimitError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.OperationFailedError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

# What tells of the API itself: nobody is asked for, and nobody counted.
DOCUMENTS = frozenset({("GET", "/openapi.json"), ("GET", "/docs")})


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak to the same core.

    `credential` is the one kind it takes. `message_key` holds an error's text, beside `details`.
    `public` are the routes that ask for no credential; every other one does. `admins` are those
    (method and resource) that look at nobody's request but an admin's. `failures` are the texts of
    what is not the caller's fault, where the dialect has its own.
    """

    prefixes: tuple[str, ...]
    credential: SessionKind
    message_key: str
    public: frozenset[tuple[str, str]] = frozenset()
    admins: frozenset[Operation] = frozenset()
    statuses: Statuses = field(default_factory=dict)
    failures: Mapping[Operation, str] = field(default_factory=dict)
    is_deprecated: bool = False

    def status_of(self, error: errors.DomainError) -> HTTPStatus:
        """Return the status that stands for an error."""
        table = {**STATUS, **self.statuses}
        return next(table[kind] for kind in type(error).__mro__ if kind in table)

    def body_of(self, error: errors.DomainError, operation: Operation) -> dict[str, object]:
        """Return the body of an error that an operation (method and resource) ended with."""
        text = error.message
        if isinstance(error, errors.OperationFailedError):
            text = self.failures.get(operation, text)
        body: dict[str, object] = {self.message_key: text}
        if error.details:
            body["details"] = list(error.details)
        return body

    def owns(self, path: str) -> bool:
        """Tell whether a path is one of this dialect, or would be."""
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)


V1 = Dialect(
    prefixes=("/api/v1",),
    credential=SessionKind.BEARER,
    message_key="message",
    public=frozenset({("POST", "/api/v1/auth/token")}),
    admins=frozenset(
        {
            ("POST", "/api/v1/assistant/admin"),
            ("PUT", "/api/v1/config/assistant/limit/{limit}"),
        }
    ),
    statuses={errors.PermissionDeniedError: HTTPStatus.UNAUTHORIZED},
    failures=V1_FAILURES,
    is_deprecated=True,
)
V1_THREADS = replace(
    V1, prefixes=("/api/v1/thread", "/api/v1/threads"), message_key="error", public=frozenset()
)
WEB = Dialect(
    prefixes=("",),
    credential=SessionKind.COOKIE,
    message_key="error",
    public=frozenset({("POST", "/api/register"), ("POST", "/api/login")}) | DOCUMENTS,
)

# The narrowest first; the last one takes what is left.
DIALECTS = (V1_THREADS, V1, WEB)


def dialect_of(path: str) -> Dialect:
    """Return the dialect that a path belongs to."""
    return next((dialect for dialect in DIALECTS if dialect.owns(path)), WEB)
