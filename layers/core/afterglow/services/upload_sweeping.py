"""Having the queue told again, on a schedule, of every file that nobody is at work on any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.identifiers import moment_of
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.uploads import DueUpload, UploadRepository
from afterglow.services.pacing import wait_at

# A pass has a minute. What is left is there a minute later.
MOST_AT_ONCE = 200
# Before the queue is told again: of what cannot be planned by the share of its age.
SHARE_OF_AGE = 0.25
SHORTEST_REST, LONGEST_REST = timedelta(minutes=2), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UploadSweeper:
    """Finds what is due. The queue may be told of one thing twice: that is harmless."""

    uploads: UploadRepository
    queue: UploadQueue
    now: Clock

    def sweep(self) -> int:
        """Send what is due, the longest due first, and return how many that were."""
        sent, now = 0, self.now()
        for due in self.uploads.due():
            if due.lease_until > now or sent >= MOST_AT_ONCE:
                break
            # Before it is sent: whoever gets it is to read it as it stays. And what comes to
            # nothing again and again is not to be in the way of all the others.
            self.uploads.postpone(due, now + _rest(due, now))
            self.queue.send(due.user_id, due.upload_id, due.number)
            sent += 1
        return sent


def _rest(due: DueUpload, now: datetime) -> timedelta:
    if due.number is not None:
        return SHORTEST_REST
    age = now - moment_of(due.upload_id)
    return wait_at(age, share=SHARE_OF_AGE, shortest=SHORTEST_REST, longest=LONGEST_REST)
