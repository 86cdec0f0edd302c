"""Wrong passwords of one account, and how long it has to wait for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
RECENT = timedelta(minutes=15)
# From here on an account is under attack: one guess a day, but never none.
HARD_STOP = 100
HARD_STOP_WAIT = timedelta(days=1)

# Half a minute doubled so often is longer than the longest wait.
_DOUBLINGS = 5


@dataclass(frozen=True, slots=True)
class LoginFailures:
    """What is known of an account whose last password was wrong.

    `in_a_row` are all since the last right one, `recent` those that lengthen the wait until they
    are forgotten at `forget_at`; before `wait_until` no password is looked at.
    """

    in_a_row: int
    recent: int
    forget_at: datetime
    wait_until: datetime

    @classmethod
    def after(cls, former: "LoginFailures | None", now: datetime, allowed: int) -> "LoginFailures":
        """Return what is known after one more, if `allowed` of them in RECENT cost no wait."""
        in_a_row = former.in_a_row + 1 if former else 1
        counts = former is not None and now < former.forget_at
        recent = former.recent + 1 if former and counts else 1
        wait = _wait(in_a_row, recent, allowed)
        # While failures are free, the window of the first one holds; then there must be silence.
        is_free = former and counts and not wait
        forget_at = former.forget_at if former and is_free else now + wait + RECENT
        return cls(in_a_row, recent, forget_at, now + wait)


def _wait(in_a_row: int, recent: int, allowed: int) -> timedelta:
    if in_a_row >= HARD_STOP:
        return HARD_STOP_WAIT
    if recent < allowed:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(recent - allowed, _DOUBLINGS)), LONGEST_WAIT)
