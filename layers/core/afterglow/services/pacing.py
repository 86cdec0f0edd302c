"""How soon a run or a file on its way is looked at again when nobody waits for it."""

from datetime import timedelta

# Of a run's age. An answer is never stored later than that after it was ready.
SHARE_OF_AGE = 0.15
SHORTEST_WAIT = timedelta(seconds=2)
# A killed watcher is noticed by the sweeper a minute after the next look was due: two in all.
LONGEST_WAIT = timedelta(seconds=50)


def wait_at(
    age: timedelta,
    *,
    share: float = SHARE_OF_AGE,
    shortest: timedelta = SHORTEST_WAIT,
    longest: timedelta = LONGEST_WAIT,
) -> timedelta:
    """Return how long to wait, by default for a run of an age, before it is looked at again."""
    return min(max(age * share, shortest), longest)
