"""Seats in memory."""

from collections.abc import Callable
from datetime import datetime
from itertools import count


class InMemorySeats:
    """`SeatRepository` on a dict."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.taken: dict[tuple[int, str], datetime] = {}
        self.numbers = count(1)

    def take(self, user_id: int, most: int, until: datetime) -> str | None:
        """Take a seat until a time, if fewer than `most` are taken; return it, or None."""
        if self.count(user_id) >= most:
            return None
        seat = f"seat {next(self.numbers)}"
        self.taken[user_id, seat] = until
        return seat

    def leave(self, user_id: int, seat: str) -> None:
        """Have a seat free for others."""
        self.taken.pop((user_id, seat), None)

    def count(self, user_id: int) -> int:
        """Return how many seats of a user are taken."""
        now = self.now()
        return sum(owner == user_id and until > now for (owner, _), until in self.taken.items())
