"""What becomes of a message."""

from dataclasses import dataclass

from afterglow.domain.errors import DomainError
from afterglow.domain.models import Message, Run, Thread
from afterglow.services.endings import failure_of


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """A message that was accepted, its run as it stands, and the answer if there is one.

    With `is_replayed` it was accepted before, by another request with the same key. `trouble` is
    what kept this request from seeing the run's end; nothing is lost by it.
    """

    thread: Thread
    run: Run
    answer: Message | None = None
    is_replayed: bool = False
    trouble: Exception | None = None

    @property
    def failure(self) -> DomainError:
        """Why there is no answer to a run that is over."""
        return failure_of(self.run)
