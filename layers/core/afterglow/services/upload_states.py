"""How uploads and their files stand, as their owners see it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from afterglow.domain.errors import Detail, DomainError, NotFoundError
from afterglow.domain.models import FailureKind, UploadError, UploadFile, UploadState
from afterglow.services.failures import error_class

# Staged bytes are kept for a day, a form is good for minutes.
KEPT = timedelta(days=1)
AWAITED = timedelta(hours=1)

# An upload stands as the first of these that a file of it is in.
_RANKING = {
    UploadState.AWAITING: UploadState.IN_PROGRESS,
    UploadState.IN_PROGRESS: UploadState.IN_PROGRESS,
    UploadState.COMPLETED: UploadState.COMPLETED,
    UploadState.STAGED: UploadState.COMPLETED,
    UploadState.FAILED: UploadState.FAILED,
    UploadState.EXPIRED: UploadState.FAILED,
    UploadState.CANCELLED: UploadState.CANCELLED,
}


def seen_at(entry: UploadFile, now: datetime) -> UploadFile:
    """Return a file as it is seen: EXPIRED if its bytes have not come in time, or are gone."""
    patience = {UploadState.AWAITING: AWAITED, UploadState.STAGED: KEPT}.get(entry.state)
    is_late = patience is not None and now > entry.created_at + patience
    return replace(entry, state=UploadState.EXPIRED) if is_late else entry


def standing_of(states: Collection[UploadState]) -> UploadState:
    """Return how an upload stands whose files are in these states: none of them is well."""
    ranked = (standing for state, standing in _RANKING.items() if state in states)
    return next(ranked, UploadState.COMPLETED)


def failure_of(entry: UploadFile) -> DomainError:
    """Return the error that tells why a file of an upload came to nothing."""
    error = entry.error or UploadError("upload_failed", "The file came to nothing")
    if error.kind is FailureKind.NOT_FOUND:
        # It looks like whatever never was there.
        return NotFoundError(error.message)
    detail: Detail = {"field": "file", "code": error.code, "message": error.message}
    return error_class(error.kind)(error.message, code=error.code, details=(detail,))
