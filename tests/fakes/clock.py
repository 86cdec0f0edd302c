"""A clock that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FakeClock:
    """Both halves of time: asking for it, and sleeping through it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.naps: list[float] = []

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.at += by

    def sleep(self, seconds: float) -> None:
        """Let time pass and take no time."""
        self.naps.append(seconds)
        self.advance(timedelta(seconds=seconds))
