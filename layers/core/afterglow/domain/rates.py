"""How often is too often: windows of time, and what happened in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from math import ceil

from afterglow.domain.errors import RateLimitError


class Period(IntEnum):
    """How many seconds a window has. Each divides the next, so that no window lies across two."""

    MINUTE = 60
    QUARTER_HOUR = 900
    HOUR = 3_600
    DAY = 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` in each of the periods that follow one another since 1970 in UTC."""

    period: Period
    limit: int

    def number(self, at: datetime) -> int:
        """Return which period a time is in."""
        return int(at.timestamp()) // self.period

    def end(self, at: datetime) -> datetime:
        """Return when the period of a time is over."""
        return datetime.fromtimestamp((self.number(at) + 1) * self.period, UTC)


@dataclass(frozen=True, slots=True)
class Use:
    """What is counted of a subject, at a time: given back later, later periods are untouched."""

    subject: str
    action: str
    windows: Sequence[Window]
    count: int
    at: datetime


def seconds_until(end: datetime, now: datetime) -> int:
    """Return the whole seconds to wait, at least one."""
    return max(1, ceil((end - now).total_seconds()))


def check_room(taken: Use, used: Mapping[Period, int]) -> None:
    """Raise RateLimitError if a window has no room; `used` are the counts of the periods now."""
    full = [
        window.end(taken.at)
        for window in taken.windows
        if used.get(window.period, 0) + taken.count > window.limit
    ]
    if full:
        raise RateLimitError("Rate limit exceeded", retry_after=seconds_until(max(full), taken.at))
