"""Uploads of whole folders: what is staged under one, worked off in chunks by a state machine."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import (
    IdempotencyClaim,
    Staged,
    Upload,
    UploadFile,
    UploadKind,
    User,
)
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadLauncher, UploadQueue
from afterglow.ports.files import file_quota_reached
from afterglow.ports.uploads import UploadRepository
from afterglow.services.chunks import PASSES_WITH_ALL_BEGUN, Chunk, ChunkResult, divided
from afterglow.services.ingesting import LEASE, Ingester, needed_for
from afterglow.services.new_uploads import WORKING, new_upload
from afterglow.services.pacing import Shift, interval_after
from afterglow.services.selecting import announced_by

SHORTEST_REST = timedelta(seconds=2)
# Each has functions of its own.
MOST_UNFINISHED = 2


@dataclass(frozen=True, slots=True)
class DirectoryService:
    """Begins uploads of folders, and works any big upload off.

    `charge_folder` raises RateLimitError when a user uploads too often, and what it gives, which
    takes how many files there are, when they are too many in a day.
    """

    uploads: UploadRepository
    ingester: Ingester
    launcher: UploadLauncher
    queue: UploadQueue
    charge_folder: Callable[[User], AbstractContextManager[Callable[[int], None]]]
    now: Clock

    def open(
        self,
        user: User,
        assistant_id: int,
        directory: str,
        *,
        upload_ids: Collection[str] | None = None,
        claim: IdempotencyClaim | None = None,
    ) -> Upload:
        """Have everything that is staged under a folder go to an assistant.

        With `upload_ids` only what these uploads announced. Raises NotFoundError if there is
        nothing or no such upload, LimitExceededError if it is more than a user may have,
        RateLimitError, ConflictError if the claim is another request's or too many are unfinished.
        """
        staged = self.uploads.staged(user.id, directory)
        if not staged:
            raise _not_found()
        with self.charge_folder(user) as charge_files:
            if upload_ids is not None:
                staged = announced_by(self.uploads, user.id, upload_ids, staged)
            if not staged:
                raise _not_found()
            if len(staged) > self.ingester.quota.files:
                raise file_quota_reached()
            charge_files(len(staged))
            upload = self._begun(user.id, assistant_id, directory, len(staged))
            entries = [_entry(upload, number, each) for number, each in enumerate(staged)]
            self.uploads.open(upload, entries, claim=claim, most=MOST_UNFINISHED)
        self.launcher.launch(upload)
        return upload

    def chunks(self, user_id: int, upload_id: str) -> Sequence[Chunk]:
        """Return the chunks of an upload as they begin; none if it is gone."""
        try:
            total = self.uploads.get(user_id, upload_id).total
        except NotFoundError:
            return []
        return divided(total)

    def work_off(
        self, user_id: int, upload_id: str, chunk: Chunk, *, until: datetime
    ) -> ChunkResult:
        """Move every file of a chunk on, but begin with none that may take longer than `until`.

        None is waited for: while one is indexed, the next is sent. The more passes there have been,
        the more time is let go by before the next; after some, what is only waited for is left to
        the queue.
        """
        shift = Shift(self.now(), until)
        next_at = shift.begins + interval_after(chunk.passes)
        due: dict[int, datetime] = {}
        failures: list[Exception] = []
        for number in range(chunk.first, chunk.last + 1):
            try:
                lease = self._moved(user_id, upload_id, number, shift)
            except Exception as failure:  # noqa: BLE001 - one file is not to hold up the others
                failures.append(failure)
                lease = self.now() + LEASE
            if lease is not None:
                due[number] = lease
        if due and chunk.passes >= PASSES_WITH_ALL_BEGUN and min(due.values()) > self.now():
            self._leave(user_id, upload_id, due)
            due = {}
        if not due:
            return ChunkResult(is_over=True, failures=failures)
        rest = max(SHORTEST_REST, max(next_at, min(due.values())) - self.now())
        wait = math.ceil(rest.total_seconds())
        return ChunkResult(is_over=False, wait_seconds=wait, failures=failures)

    def _begun(self, user_id: int, assistant_id: int, directory: str, total: int) -> Upload:
        now = self.now()
        upload = new_upload(user_id, UploadKind.DIRECTORY, now, assistant_id, total=total)
        return replace(upload, directory=directory)

    def _leave(self, user_id: int, upload_id: str, due: Mapping[int, datetime]) -> None:
        """Have the queue go on with files, each when it is due; what it loses the sweeper finds."""
        now = self.now()
        for number, lease in due.items():
            self.queue.send(user_id, upload_id, number, after=lease - now)

    def _moved(self, user_id: int, upload_id: str, number: int, shift: Shift) -> datetime | None:
        """Move a file on; return when to look at it again, None once it is over or gone."""
        now = self.now()
        try:
            entry = self.uploads.file(user_id, upload_id, number)
        except NotFoundError:
            return None
        if entry.is_due(now) and shift.has_time_for(needed_for(entry), now):
            entry = self.ingester.drive(entry, until=now)
        if entry.is_over:
            return None
        return now if entry.is_due(now) else entry.lease_until


def _not_found() -> NotFoundError:
    return NotFoundError("Directory not found")


def _entry(upload: Upload, number: int, staged: Staged) -> UploadFile:
    return replace(
        upload.file(
            number, path=staged.path, size=staged.size, lease_until=upload.created_at + WORKING
        ),
        sha256=staged.sha256,
        file_id=staged.file_id,
        staged_as=(staged.upload_id, staged.number),
        is_known=staged.file_id is not None,
    )
