"""Who has done what how often."""

from collections.abc import Callable, Sequence
from typing import Protocol

from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.rates import Use, Window


class RateLimiter(Protocol):
    """Counts of what subjects do. A subject is a text that names nobody."""

    def take(self, subject: str, action: str, windows: Sequence[Window], *, count: int = 1) -> Use:
        """Count in every window, or in none if one has no room, however many do so at once.

        Raises RateLimitError with the seconds to the end of the window that is full.
        """
        ...

    def give_back(self, taken: Use) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        ...


class LoginFailureRepository(Protocol):
    """Wrong passwords, by account. An account is a text that names nobody."""

    def change(
        self, account: str, change: Callable[[LoginFailures | None], LoginFailures]
    ) -> LoginFailures:
        """Store and return what `change` makes of what is known, as if nobody else were there.

        `change` may be called several times; what it raises is raised and nothing is stored.
        Raises RateLimitError if too many others are there to get through.
        """
        ...

    def clear(self, account: str) -> None:
        """Forget an account's failures."""
        ...
