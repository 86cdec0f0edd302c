"""How many files of a user are worked at for the queue at the same time."""

from datetime import datetime
from typing import Protocol


class SeatRepository(Protocol):
    """Seats of one user at a time: who works at a file for the queue has one of them."""

    def take(self, user_id: int, most: int, until: datetime) -> str | None:
        """Take a seat until a time, if fewer than `most` are taken; return it, or None.

        Whoever dies on it has it until then, and no longer.
        """
        ...

    def leave(self, user_id: int, seat: str) -> None:
        """Have a seat free for others; that it is free already is no error."""
        ...
