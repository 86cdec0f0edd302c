"""Errors as what failed keeps of them, and as whoever asks later is told."""

from collections.abc import Mapping

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import FailureKind

_ERRORS: Mapping[FailureKind, type[DomainError]] = {
    FailureKind.INVALID_INPUT: InvalidInputError,
    FailureKind.LIMIT_EXCEEDED: LimitExceededError,
    FailureKind.RATE_LIMITED: RateLimitError,
    FailureKind.CONFLICT: ConflictError,
    FailureKind.NOT_FOUND: NotFoundError,
    FailureKind.OPERATION_FAILED: OperationFailedError,
}


def kind_of(error: DomainError) -> FailureKind:
    """Return whose fault an error is; what nobody foresaw is ours."""
    kinds = (kind for kind, known in _ERRORS.items() if isinstance(error, known))
    return next(kinds, FailureKind.OPERATION_FAILED)


def error_class(kind: FailureKind) -> type[DomainError]:
    """Return what is raised for a kind of failure."""
    return _ERRORS[kind]
