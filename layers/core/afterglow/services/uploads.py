"""Uploads, as their owners begin and see them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from afterglow.domain.errors import InvalidInputError, SupersededError
from afterglow.domain.identifiers import new_ordered_id
from afterglow.domain.models import (
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
from afterglow.services.ingesting import LEASE, Ingester
from afterglow.services.watching import Watcher

CANCELLED = UploadError("upload_cancelled", "The upload was cancelled")


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
        chosen = user.default_assistant_id if given is None else given
        if chosen is None:
            raise InvalidInputError(
                "No assistant was given and there is no default assistant",
                details=({"field": "assistantId", "code": "missing"},),
            )
        return self.assistants.get(user.id, chosen).id

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
        upload = Upload(
            id=new_ordered_id("upload_", now),
            user_id=user.id,
            kind=UploadKind.DIRECT,
            created_at=now,
            lease_until=now,
            assistant_id=assistant_id,
            total=1,
        )
        entry = UploadFile(
            user_id=user.id,
            upload_id=upload.id,
            number=0,
            path=given.path,
            size=len(given.content),
            state=UploadState.IN_PROGRESS,
            created_at=now,
            lease_until=now + LEASE,
            assistant_id=assistant_id,
        )
        # The bytes first: what is recorded is there.
        self.staging.put(entry, given.content)
        self.uploads.open(upload, [entry], claim=claim)
        return self._going_on(self.ingester.drive(entry, until=until))

    def get(self, user: User, upload_id: str, *, wait_until: datetime) -> Upload:
        """Return one once it is over, or as it stands at `wait_until`. Raises NotFoundError."""
        return self.awaited(self.uploads.get(user.id, upload_id), wait_until)

    def awaited(self, upload: Upload, until: datetime) -> Upload:
        """Return an upload once it is over, or as it stands then."""
        latest = upload

        def is_over() -> bool:
            nonlocal latest
            latest = self.uploads.get(upload.user_id, upload.id)
            return latest.is_over

        if not upload.is_over:
            self.watcher.wait_for(is_over, until=until)
        return latest

    def files(self, upload: Upload) -> Sequence[UploadFile]:
        """Return the files of an upload, by number, those that have not come in time EXPIRED."""
        now = self.now()
        return [_seen(each, now) for each in self.uploads.files(upload.user_id, upload.id)]

    def list(
        self, user: User, *, before: str | None = None, page_size: int | None = None
    ) -> Iterator[Upload]:
        """Return the user's uploads below an id, the latest first."""
        return self.uploads.list(user.id, before=before, page_size=page_size)

    def cancel(self, user: User, upload_id: str) -> Upload:
        """End what is not over of an upload, and return it. Raises NotFoundError."""
        upload = self.uploads.get(user.id, upload_id)
        if upload.is_over:
            return upload
        for entry in self.uploads.files(user.id, upload_id):
            self._cancel(entry)
        return self.uploads.get(user.id, upload_id)

    def _cancel(self, entry: UploadFile) -> None:
        while not entry.is_over:
            try:
                self.ingester.give_up(entry, UploadState.CANCELLED, CANCELLED)
            except SupersededError:
                entry = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
            else:
                return

    def _going_on(self, entry: UploadFile) -> UploadFile:
        """Have what is not over looked at again when it is due."""
        if not entry.is_over:
            wait = max(entry.lease_until - self.now(), timedelta(0))
            self.queue.send(entry.user_id, entry.upload_id, entry.number, after=wait)
        return entry


# Staged bytes are kept for a day, a form is good for minutes.
KEPT = timedelta(days=1)
AWAITED = timedelta(hours=1)


def _seen(entry: UploadFile, now: datetime) -> UploadFile:
    patience = {UploadState.AWAITING: AWAITED, UploadState.STAGED: KEPT}.get(entry.state)
    is_late = patience is not None and now > entry.created_at + patience
    return replace(entry, state=UploadState.EXPIRED) if is_late else entry
