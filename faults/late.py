"""Processes that were stopped in the middle, and go on when others have done their work."""

from collections.abc import Sequence
from dataclasses import dataclass

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Message, Run, Thread
from faults.books import counted_open
from faults.mortals import Mortal
from faults.tenants import Question


@dataclass(frozen=True)
class Late:
    """A process that has stopped. `run` is as it was then; `is_told` if its client waits for it."""

    mortal: Mortal
    run: Run | None
    is_told: bool

    def is_superseded(self, run: Run | None) -> bool:
        """Whether somebody else has ended the run, or has claimed it."""
        if run is None:
            return False
        return run.is_over or (self.run is not None and run.attempt > self.run.attempt)


@dataclass(frozen=True)
class Stored:
    """Everything around a question. Who is late must leave it as it is."""

    run: Run
    thread: Thread
    messages: Sequence[Message]
    open_runs: frozenset[str]

    @classmethod
    def around(cls, run: Run) -> "Stored":
        """Read it."""
        messages = tuple(ports.threads().messages(run.user_id, run.thread_id))
        thread = ports.threads().get(run.user_id, run.thread_id)
        return cls(run, thread, messages, frozenset(counted_open(run.user_id)))

    def changed_to(self, now: "Stored", begun: Sequence[str]) -> list[str]:
        """Return what is no longer as it was. `begun` are the Responses of who was late.

        An open run is moved on by others meanwhile, but never to one of these, unless who was late
        has read it again and claimed it: that takes another attempt.
        """
        if not self.run.is_over:
            is_of_late = now.run.response_id in begun and now.run.attempt == self.run.attempt
            return ["run"] if is_of_late or now.run.attempt < self.run.attempt else []
        names = ("run", "thread", "messages", "open_runs")
        return [name for name in names if getattr(self, name) != getattr(now, name)]


def run_of(question: Question) -> Run | None:
    """Return the run of a question, None if it was never accepted."""
    made = bootstrap.idempotency().made_by(question.claim)
    if made is None:
        return None
    try:
        return ports.runs().get(question.user_id, made)
    except NotFoundError:
        return None
