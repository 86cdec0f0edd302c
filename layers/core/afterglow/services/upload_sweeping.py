"""Having the queue told again, on a schedule, of every file that nobody is at work on any more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile, zip_longest

from afterglow.domain.identifiers import moment_of
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.uploads import DueUpload, UploadRepository
from afterglow.services.pacing import wait_at

# A pass has a minute. What is left is there a minute later.
MOST_AT_ONCE = 200
# Of what is one user's: their backlog is not to keep everybody else's files waiting.
SHARE = 20
# To find those behind a backlog. Of the index a row is read, no more: a few megabytes in all. Of a
# longer backlog as many from its other end: what has become due just now is never hidden behind it.
MOST_READ = 10_000
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
        """Send what is due, a few of each user in turn, and return how many that were."""
        now = self.now()
        chosen = _shared_out(self._found(now))
        for due in chosen:
            # Before it is sent: whoever gets it is to read it as it stays. And what comes to
            # nothing again and again is not to be in the way of all the others.
            self.uploads.postpone(due, now + _rest(due, now))
            self.queue.send(due.user_id, due.upload_id, due.number)
        return len(chosen)

    def _found(self, now: datetime) -> Iterable[DueUpload]:
        """Return what is due: of very much its beginning and its end, each by when it was due."""
        due = takewhile(lambda each: each.lease_until <= now, self.uploads.due())
        first = list(islice(due, MOST_READ))
        if len(first) < MOST_READ:
            return first
        last = islice(self.uploads.latest_due(now), MOST_READ)
        return dict.fromkeys([*first, *reversed(list(last))])


def _shared_out(due: Iterable[DueUpload]) -> Sequence[DueUpload]:
    """Return what has its turn: what is due the longest of every user, then their next, and on."""
    shares: dict[int, list[DueUpload]] = {}
    for each in due:
        mine = shares.setdefault(each.user_id, [])
        if len(mine) < SHARE:
            mine.append(each)
    in_turn = chain.from_iterable(zip_longest(*shares.values()))
    return list(islice(filter(None, in_turn), MOST_AT_ONCE))


def _rest(due: DueUpload, now: datetime) -> timedelta:
    if due.number is not None:
        return SHORTEST_REST
    age = now - moment_of(due.upload_id)
    return wait_at(age, share=SHARE_OF_AGE, shortest=SHORTEST_REST, longest=LONGEST_REST)
