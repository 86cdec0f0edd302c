"""A process that ends at one of its calls to the outside, before it or before its reply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class Killed(BaseException):
    """The process has ended here. No Exception, so that nobody catches it."""


@dataclass(slots=True)
class Life:
    """How many calls get through. With `unanswered` one more does, whose reply comes too late."""

    calls: int
    unanswered: bool = False

    def through(self, call: Callable[[], T]) -> T:
        """Make a call while there is life. Raises Killed."""
        self.calls -= 1
        if self.calls >= 0:
            return call()
        if self.calls == -1 and self.unanswered:
            call()
        raise Killed
