"""How soon a run is looked at again when nobody waits for it."""

from datetime import timedelta

# Of a run's age. An answer is never stored later than that after it was ready.
SHARE_OF_AGE = 0.15
SHORTEST_WAIT = timedelta(seconds=2)
# A killed watcher is noticed by the sweeper a minute after the next look was due: two in all.
LONGEST_WAIT = timedelta(seconds=50)


def wait_at(age: timedelta) -> timedelta:
    """Return how long to wait for a run of an age before it is looked at again."""
    return min(max(age * SHARE_OF_AGE, SHORTEST_WAIT), LONGEST_WAIT)
