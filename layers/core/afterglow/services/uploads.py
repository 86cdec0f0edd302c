"""Uploads, as their owners begin and see them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.errors import ConflictError, SupersededError
from afterglow.domain.models import (
    FailureKind,
    IdempotencyClaim,
    Upload,
    UploadError,
    UploadFile,
    UploadKind,
    UploadState,
    User,
)
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.staging import Staging
from afterglow.ports.uploads import UploadRepository
from afterglow.services.ingesting import LEASE, Ingester, look_again
from afterglow.services.new_uploads import new_upload
from afterglow.services.references import given_or_default
from afterglow.services.upload_states import seen_at, standing_of
from afterglow.services.watching import Watcher

CANCELLED = UploadError("upload_cancelled", "The upload was cancelled", FailureKind.CONFLICT)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that came in a request, its name normalised."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class UploadService:
    """Uploads with their bytes in the request, and what has become of any upload.

    `charge_upload` raises RateLimitError when a user uploads too often.
    """

    uploads: UploadRepository
    assistants: AssistantRepository
    staging: Staging
    ingester: Ingester
    queue: UploadQueue
    watcher: Watcher
    charge_upload: Callable[[User], None]
    now: Clock

    def assistant_id(self, user: User, given: int | None) -> int:
        """Return the assistant that is meant, by default the user's default assistant.

        Raises NotFoundError if there is no such assistant, InvalidInputError if none is meant.
        """
        return given_or_default(self.assistants, user, given).id

    def direct(
        self,
        user: User,
        assistant_id: int,
        given: GivenFile,
        *,
        until: datetime,
        claim: IdempotencyClaim | None = None,
    ) -> UploadFile:
        """Store a file that came in a request, and return it as it stands at `until` at the latest.

        Raises RateLimitError, ConflictError if the claim is another request's.
        """
        self.charge_upload(user)
        now = self.now()
        upload = new_upload(user.id, UploadKind.DIRECT, now, assistant_id, total=1)
        entry = upload.file(0, path=given.path, size=len(given.content), lease_until=now + LEASE)
        # The bytes first: what is recorded is there.
        self.staging.put(entry, given.content)
        try:
            self.uploads.open(upload, [entry], claim=claim)
        except ConflictError:
            # Only this tells that nothing is recorded: after any other error, something may be.
            self.staging.delete(entry)
            raise
        driven = self.ingester.drive(entry, until=until)
        look_again(self.queue, driven, self.now())
        return driven

    def get(self, user: User, upload_id: str, *, wait_until: datetime) -> Upload:
        """Return one once it is over, or as it stands at `wait_until`. Raises NotFoundError."""
        return self.awaited(self.uploads.get(user.id, upload_id), wait_until)

    def awaited(self, upload: Upload, until: datetime) -> Upload:
        """Return an upload once it is over, or as it stands then."""
        latest = upload

        def is_over() -> bool:
            nonlocal latest
            latest = self.uploads.get(upload.user_id, upload.id)
            return self.state(latest) is not UploadState.IN_PROGRESS

        if not upload.is_over:
            self.watcher.wait_for(is_over, until=until)
        return latest

    def state(self, upload: Upload) -> UploadState:
        """Return how an upload stands as a whole: in progress, or as the best of its files ended.

        What is staged, or has not come in time, is over as well.
        """
        if upload.is_over or upload.kind is not UploadKind.FORMS:
            return standing_of(_counted(upload))
        # Whether files of forms are staged or late is not counted anywhere.
        return standing_of({entry.state for entry in self.files(upload)})

    def files(
        self, upload: Upload, *, after: int = -1, page_size: int | None = None
    ) -> Iterator[UploadFile]:
        """Return an upload's files beyond a number; those that have not come in time EXPIRED."""
        now = self.now()
        found = self.uploads.files(upload.user_id, upload.id, after=after, page_size=page_size)
        return (seen_at(each, now) for each in found)

    def list(
        self, user: User, *, before: str | None = None, page_size: int | None = None
    ) -> Iterator[Upload]:
        """Return the user's uploads below an id, the latest first."""
        return self.uploads.list(user.id, before=before, page_size=page_size)

    def cancel(self, user: User, upload_id: str, *, until: datetime) -> Upload:
        """End what is not over of an upload, as much as there is time for, and return it.

        What is staged stays so, for `upload-directory`. Raises NotFoundError, ConflictError if
        files would be left where the key does not reach.
        """
        upload = self.uploads.get(user.id, upload_id)
        if upload.is_over:
            return upload
        if upload.kind is UploadKind.MOVE:
            raise ConflictError("Files that follow the key cannot be held back")
        for entry in self.uploads.files(user.id, upload_id):
            if self.now() >= until:
                break
            self._cancel(entry)
        return self.uploads.get(user.id, upload_id)

    def _cancel(self, entry: UploadFile) -> None:
        while entry.state in {UploadState.AWAITING, UploadState.IN_PROGRESS}:
            try:
                self.ingester.withdrawal.end(entry, UploadState.CANCELLED, CANCELLED)
            except SupersededError:
                entry = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
            else:
                self.ingester.withdrawal.undo_later(entry)
                return


def _counted(upload: Upload) -> set[UploadState]:
    """Return in which states files of an upload are, by its counters."""
    counts = {
        UploadState.COMPLETED: upload.completed,
        UploadState.FAILED: upload.failed,
        UploadState.CANCELLED: upload.cancelled,
        UploadState.IN_PROGRESS: 0 if upload.is_over else 1,
    }
    return {state for state, count in counts.items() if count}
