"""Having the queue told again, on a schedule, of every file that nobody is at work on any more."""

from dataclasses import dataclass

from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.uploads import UploadRepository

# A pass has a minute. What is left is there a minute later.
MOST_AT_ONCE = 200


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
            self.queue.send(due.user_id, due.upload_id, due.number)
            sent += 1
        return sent
