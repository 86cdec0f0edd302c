"""A run under somebody's hands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.models import Message, Run
from afterglow.ports.engine import Engine, Prompt

# Whoever begins when less is left would be killed in the middle.
LEAST_TIME_TO_BEGIN = timedelta(seconds=3)


class PostponedError(Exception):
    """The run is to be begun later; it is due then. Nothing is lost."""


@dataclass(slots=True)
class Work:
    """A run under somebody's hands, as it was last written, and what it takes to move it on.

    The work ends at `until`; what the upstream asks to wait for may be as late as `patience`.
    `opener` raises InvalidInputError for want of a key; `opened` is what it has opened, with the
    key as it was then. `answer` is what was stored as one.
    """

    run: Run
    opener: Callable[[], Engine]
    prompt: Callable[[Run], Prompt]
    until: datetime
    patience: datetime
    answer: Message | None = None
    opened: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The owner's engine, opened when it is first needed."""
        return self.open()

    def open(self) -> Engine:
        """Open the owner's engine unless it is open, and return it."""
        if self.opened is None:
            self.opened = self.opener()
        return self.opened

    def can_begin_at(self, moment: datetime) -> bool:
        """Tell whether whoever is at work now can still begin then."""
        return moment <= self.until and moment + LEAST_TIME_TO_BEGIN <= self.patience
