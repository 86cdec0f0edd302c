"""The ports of limits in memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock

from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.rates import Period, Use, Window, check_room
from afterglow.ports.clock import Clock

_Count = tuple[str, str, Period, int]


class Counts(Counter[_Count]):
    """What is counted in which windows."""

    def check(self, use: Use) -> None:
        """Raise RateLimitError if a window has no room."""
        check_room(use, {key[2]: self[key] for key in _keys(use)})

    def count_in(self, use: Use) -> None:
        """Count in every window."""
        self.update(dict.fromkeys(_keys(use), use.count))

    def take_back(self, use: Use) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        keys = _keys(use)
        if all(self[key] >= use.count for key in keys):
            self.subtract(dict.fromkeys(keys, use.count))


class InMemoryRateLimiter:
    """`RateLimiter` on a counter."""

    def __init__(self, now: Clock) -> None:
        self.now = now
        self.counts = Counts()
        self._lock = Lock()

    def take(self, subject: str, action: str, windows: Sequence[Window], *, count: int = 1) -> Use:
        """Count in every window, or in none if one has no room. Raises RateLimitError."""
        taken = Use(subject, action, tuple(windows), count, self.now())
        with self._lock:
            self.counts.check(taken)
            self.counts.count_in(taken)
        return taken

    def give_back(self, taken: Use) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        with self._lock:
            self.counts.take_back(taken)


class InMemoryLoginFailures:
    """`LoginFailureRepository` on a dict."""

    def __init__(self) -> None:
        self.by_account: dict[str, LoginFailures] = {}
        self._lock = Lock()

    def change(
        self, account: str, change: Callable[[LoginFailures | None], LoginFailures]
    ) -> LoginFailures:
        """Store and return what `change` makes of what is known, as if nobody else were there."""
        with self._lock:
            changed = change(self.by_account.get(account))
            self.by_account[account] = changed
            return changed

    def clear(self, account: str) -> None:
        """Forget an account's failures."""
        with self._lock:
            self.by_account.pop(account, None)


def _keys(taken: Use) -> list[_Count]:
    return [
        (taken.subject, taken.action, window.period, window.number(taken.at))
        for window in taken.windows
    ]
