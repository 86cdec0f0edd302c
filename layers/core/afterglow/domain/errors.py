"""What can go wrong, in words that know no HTTP.

DomainError
├── InvalidInputError       the caller's input cannot be used
├── AuthenticationError     the caller is nobody we know
├── PermissionDeniedError   the caller may not do this
├── NotFoundError           no such thing, or not the caller's
├── ConflictError           something else is under way
│   └── SupersededError     somebody else has moved on what this was about
├── ReusedKeyError          one idempotency key for two different requests
├── PayloadTooLargeError    more than we take
├── UnsupportedFormatError  in a format we do not read
├── LimitExceededError      the caller's allowance is used up
├── RateLimitError          too fast; later is fine
└── OperationFailedError    not the caller's fault
    └── FileLostError       a file is no longer upstream
"""

from typing import NotRequired, TypedDict

# Codes of what is no longer upstream: deleted there by hand, or of another project.
FILE_LOST = "upstream_file_lost"
STORE_LOST = "vector_store_lost"


class Detail(TypedDict):
    """One particular of an error: a machine-readable code, and the field it is about."""

    code: str
    field: NotRequired[str]
    message: NotRequired[str]


class DomainError(Exception):
    """Base of all of them. `message` may be shown to the caller; `code` is for programs."""

    def __init__(
        self, message: str, *, code: str | None = None, details: tuple[Detail, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details: tuple[Detail, ...] = details or (({"code": code},) if code else ())


class InvalidInputError(DomainError):
    """The caller's input cannot be used as it is."""


class AuthenticationError(DomainError):
    """The caller has shown no credential that is good."""


class PermissionDeniedError(DomainError):
    """The caller is known and may not do this."""


class NotFoundError(DomainError):
    """There is no such thing, or it is somebody else's: the two must look alike."""


class ConflictError(DomainError):
    """Something else is under way that excludes this."""


class SupersededError(ConflictError):
    """Somebody else has moved on what this was about: read it again."""


class ReusedKeyError(DomainError):
    """An idempotency key has come before, with another request."""


class PayloadTooLargeError(DomainError):
    """The request is bigger than we take."""


class UnsupportedFormatError(DomainError):
    """The request is in a format we do not read."""


class LimitExceededError(DomainError):
    """An allowance is used up; waiting a little does not help."""


class RateLimitError(DomainError):
    """Too many requests for now. `retry_after` is in seconds, None when unknown."""

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class OperationFailedError(DomainError):
    """We, or someone we depend on, could not do it; not the caller's fault."""


class FileLostError(OperationFailedError):
    """A file is no longer upstream, where its id was `upstream_id`."""

    def __init__(self, message: str, *, upstream_id: str) -> None:
        super().__init__(message, code=FILE_LOST)
        self.upstream_id = upstream_id
