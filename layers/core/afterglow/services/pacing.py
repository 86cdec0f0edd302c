"""How soon a run or a file on its way is looked at again when nobody waits for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Of a run's age. An answer is never stored later than that after it was ready.
SHARE_OF_AGE = 0.15
SHORTEST_WAIT = timedelta(seconds=2)
# A killed watcher is noticed by the sweeper a minute after the next look was due: two in all.
LONGEST_WAIT = timedelta(seconds=50)
# From one pass over a chunk of files to the next. So seldom that even an hour of passes, each tried
# again as often as may be, leaves an execution well below the events that AWS lets it have.
GROWTH_OF_INTERVAL = 1.5
LONGEST_INTERVAL = timedelta(minutes=1)
_GROWN = 20
# Of a function's time: what may take longer than all of it is begun while so much is left.
MOST_OF_SHIFT = 0.8


def wait_at(
    age: timedelta,
    *,
    share: float = SHARE_OF_AGE,
    shortest: timedelta = SHORTEST_WAIT,
    longest: timedelta = LONGEST_WAIT,
) -> timedelta:
    """Return how long to wait, by default for a run of an age, before it is looked at again."""
    return min(max(age * share, shortest), longest)


def interval_after(passes: int) -> timedelta:
    """Return how long after the beginning of its last pass a chunk's next may begin.

    `passes` were before the last one.
    """
    return min(SHORTEST_WAIT * GROWTH_OF_INTERVAL ** min(passes, _GROWN), LONGEST_INTERVAL)


@dataclass(frozen=True, slots=True)
class Shift:
    """The time in which one function begins with files."""

    begins: datetime
    ends: datetime

    def has_time_for(self, needed: timedelta, now: datetime) -> bool:
        """Tell whether to begin with what may take that long: the first of a shift in any case."""
        most = MOST_OF_SHIFT * (self.ends - self.begins)
        return now < self.ends and now + min(needed, most) <= self.ends
