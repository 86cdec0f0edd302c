"""What the queue asks for: a file has arrived, is to be looked at again, or an upload planned."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.errors import NotFoundError, SupersededError
from afterglow.domain.models import UploadFile, UploadState
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.seats import SeatRepository
from afterglow.ports.uploads import UploadRepository
from afterglow.services.forms import FormService
from afterglow.services.ingesting import Ingester, look_again, needed_for
from afterglow.services.moving import Mover
from afterglow.services.pacing import Shift, wait_at
from afterglow.services.waking import Waker

# Of a user's files, at a time: half of what the queue's function works at, so that nobody's files
# hold up everybody else's, however big they are and however long they are indexed.
SHARE = 5
LONGEST_WAIT_FOR_SEAT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class UploadWork:
    """Works messages off, each as often as it comes. Nothing it does twice does harm.

    What a shift has too little time left for is left to another one; so is what would be more than
    its user's share.
    """

    uploads: UploadRepository
    forms: FormService
    ingester: Ingester
    mover: Mover
    waker: Waker
    queue: UploadQueue
    seats: SeatRepository
    now: Clock

    def arrived(self, user_id: int, upload_id: str, number: int, shift: Shift) -> None:
        """Take in what has arrived; what nobody waits for, or somebody has, is left alone."""
        entry = self.forms.receive(user_id, upload_id, number)
        # Due at once if it was awaited. What came in a request is the request's own.
        if entry is not None and self.now() >= entry.lease_until:
            self._go_on(entry, shift)

    def look_at(self, user_id: int, upload_id: str, number: int, shift: Shift) -> None:
        """Move a file of an upload on if it is due; one that is gone is done with."""
        try:
            entry = self.uploads.file(user_id, upload_id, number)
        except NotFoundError:
            return
        if entry.is_due(self.now()):
            self._go_on(entry, shift)
            if entry.attempt:
                # Somebody may have died after it ended, with more done than was to be.
                self.ingester.withdrawal.undo(entry, entry)

    def plan(self, user_id: int, upload_id: str) -> None:
        """Find the files of an upload that is not planned, and wake those that wait for that.

        Raises what keeps it from being planned.

        Then the sweeper has it tried again, more and more rarely, for as long as it is kept: until
        then nobody knows where the key leads.
        """
        try:
            upload = self.uploads.get(user_id, upload_id)
        except NotFoundError:
            return
        if not upload.is_planned:
            self.mover.plan(upload)
        # Whether or not it is we who have planned it: who did may have died since.
        self.waker.wake(user_id)

    def _go_on(self, entry: UploadFile, shift: Shift) -> None:
        if entry.state is not UploadState.IN_PROGRESS:
            return
        if not shift.has_time_for(needed_for(entry), self.now()):
            self.queue.send(entry.user_id, entry.upload_id, entry.number)
            return
        seat = self.seats.take(entry.user_id, SHARE, shift.ends)
        if seat is None:
            self._put_back(entry)
            return
        try:
            look_again(self.queue, self.ingester.drive(entry, until=shift.ends), self.now())
        finally:
            self.seats.leave(entry.user_id, seat)

    def _put_back(self, entry: UploadFile) -> None:
        now = self.now()
        wait = wait_at(now - entry.created_at, longest=LONGEST_WAIT_FOR_SEAT)
        # Claimed, so that of several messages of one file only one goes on waiting.
        with suppress(SupersededError):
            look_again(self.queue, self.uploads.claim(entry, now + wait), now)
