"""Files on their way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from afterglow.domain.errors import ConflictError
from afterglow.domain.models import IdempotencyClaim, Staged, Upload, UploadFile


@dataclass(frozen=True, slots=True)
class DueUpload:
    """Where to find a file of an upload, or an upload that is not planned, that is not over."""

    user_id: int
    upload_id: str
    number: int | None
    lease_until: datetime


def too_many_unfinished() -> ConflictError:
    """Return the error of whoever begins more than may be unfinished."""
    return ConflictError("Other folders are being uploaded")


class UploadRepository(Protocol):
    """Uploads and their files. Where a method raises SupersededError, read again."""

    def open(
        self,
        upload: Upload,
        files: Sequence[UploadFile],
        *,
        claim: IdempotencyClaim | None = None,
        most: int | None = None,
    ) -> None:
        """Store an upload with its files, and that it is what the claim has made.

        However many there are, they are there before the upload is. Those in progress are pending
        at their assistants. With `most` it is one of those that a user has no more of, as long as
        they are not over nor a day old. Raises ConflictError if there are so many, or if the claim
        was first made by another request.
        """
        ...

    def open_unplanned(self, upload: Upload) -> None:
        """Store an upload whose files are yet to be found; it is due at the end of its lease."""
        ...

    def plan(self, upload: Upload, files: Sequence[UploadFile]) -> Upload:
        """Store the files of an upload that has none yet, and return it planned.

        Planning it again changes nothing that has been planned, and adds what is missing: then
        numbers may be others than those given. Raises NotFoundError.
        """
        ...

    def get(self, user_id: int, upload_id: str) -> Upload:
        """Return one. Raises NotFoundError."""
        ...

    def list(
        self, user_id: int, *, before: str | None = None, page_size: int | None = None
    ) -> Iterator[Upload]:
        """Return a user's uploads below an id, by id descending: the latest first."""
        ...

    def file(self, user_id: int, upload_id: str, number: int) -> UploadFile:
        """Return one file of an upload. Raises NotFoundError."""
        ...

    def files(
        self, user_id: int, upload_id: str, *, after: int = -1, page_size: int | None = None
    ) -> Iterator[UploadFile]:
        """Return the files of an upload beyond a number, by number ascending."""
        ...

    def receive(self, file: UploadFile) -> UploadFile:
        """Note that the bytes have come of one that is awaiting, as `file` is to be stored.

        In progress it is pending at its assistant. Raises SupersededError if it is not awaiting.
        """
        ...

    def claim(self, file: UploadFile, lease_until: datetime) -> UploadFile:
        """Take a file over as it was read, with its failures as given. Raises SupersededError."""
        ...

    def update(self, file: UploadFile) -> None:
        """Store what has become of a file that is not over, or when it is due.

        Raises SupersededError.
        """
        ...

    def end(self, file: UploadFile) -> None:
        """Store the end of a file that was not attached, count it, and have it no longer pending.

        It may be one whose upload was never opened: then it is counted nowhere. Raises
        SupersededError.
        """
        ...

    def due(self) -> Iterator[DueUpload]:
        """Return what is not over, of all users, the longest due first, perhaps stale."""
        ...

    def latest_due(self, until: datetime) -> Iterator[DueUpload]:
        """Return the same from the other end: what is due until a time, the latest first."""
        ...

    def postpone(self, due: DueUpload, until: datetime) -> None:
        """Have what is due be due later, so that the others have their turn.

        Nothing happens if it is no longer as it was read, or somebody has begun with it before: a
        file is looked at again before its time only if nobody has.
        """
        ...

    def stage(self, staged: Staged) -> None:
        """Put a file into the user's staging area, in place of what had its path."""
        ...

    def staged(self, user_id: int, directory: str) -> Sequence[Staged]:
        """Return what is staged under a folder (all of it for ""), by path ascending.

        What was staged more than a day ago is not there.
        """
        ...

    def keep_staged(self, file: UploadFile, file_id: str) -> None:
        """Note that the staged bytes a file takes are ours, unless its path has others by now."""
        ...

    def unstage(self, file: UploadFile) -> None:
        """Have the staged bytes a file takes staged no longer, unless its path has others by now.

        That they are not is no error.
        """
        ...
