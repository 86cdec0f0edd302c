"""The ports of limits in memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock

from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.rates import Period, Use, Window, check_room
from afterglow.ports.clock import Clock

_Count = tuple[str, str, Period, int]


class InMemoryRateLimiter:
    """`RateLimiter` on a counter."""

    def __init__(self, now: Clock) -> None:
        self.now = now
        self.counts: Counter[_Count] = Counter()
        self._lock = Lock()

    def take(self, subject: str, action: str, windows: Sequence[Window], *, count: int = 1) -> Use:
        """Count in every window, or in none if one has no room. Raises RateLimitError."""
        taken = Use(subject, action, tuple(windows), count, self.now())
        with self._lock:
            check_room(taken, {key[2]: self.counts[key] for key in _keys(taken)})
            self.counts.update(dict.fromkeys(_keys(taken), count))
        return taken

    def give_back(self, taken: Use) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        with self._lock:
            keys = _keys(taken)
            if all(self.counts[key] >= taken.count for key in keys):
                self.counts.subtract(dict.fromkeys(keys, taken.count))


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
