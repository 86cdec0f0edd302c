"""Having a user's files go on at once that wait for their library to be settled."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from afterglow.domain.errors import SupersededError
from afterglow.domain.models import UploadFile, UploadState
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.files import FileRepository
from afterglow.ports.uploads import UploadRepository
from afterglow.services.ingesting import LONGEST_LIFE


@dataclass(frozen=True, slots=True)
class Waker:
    """Makes due what somebody has put off. To be killed and done again wakes the rest."""

    files: FileRepository
    uploads: UploadRepository
    queue: UploadQueue
    now: Clock

    def wake(self, user_id: int) -> None:
        """Have all files of a user looked at that rest, unless the library is not settled."""
        if not self.files.library(user_id).is_settled:
            return
        for entry in self._resting(user_id):
            # Claimed: whoever has begun with it in between is not disturbed.
            with suppress(SupersededError):
                self.uploads.claim(entry, self.now())
                self.queue.send(entry.user_id, entry.upload_id, entry.number)

    def _resting(self, user_id: int) -> Iterator[UploadFile]:
        """Return what was begun, is in nobody's hands, and is not due yet."""
        for upload in self.uploads.list(user_id):
            if self.now() >= upload.created_at + LONGEST_LIFE:
                return
            if upload.is_over:
                continue
            for entry in self.uploads.files(user_id, upload.id):
                # One that somebody is at counts as failed until he says otherwise.
                is_at_rest = entry.attempt > 0 and entry.failures == 0
                is_later = entry.lease_until > self.now()
                if entry.state is UploadState.IN_PROGRESS and is_at_rest and is_later:
                    yield entry
