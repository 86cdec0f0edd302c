"""Runs: answers to come."""

from typing import Self

from afterglow.api.schemas.base import Answer
from afterglow.api.schemas.runs import RunFacts, facts
from afterglow.api.schemas.web.threads import CitationOut, TextPart
from afterglow.domain.models import Message, Run, RunState, WaitReason
from afterglow.services.outcomes import TurnOutcome


class AcceptedOut(Answer):
    """A message that is taken and not answered yet."""

    thread_id: int
    run_id: str
    status: RunState
    waiting_for: WaitReason | None

    @classmethod
    def of(cls, outcome: TurnOutcome) -> Self:
        """Return the body that tells where the answer will be."""
        run = outcome.run
        return cls(
            thread_id=run.thread_id,
            run_id=run.id,
            status=run.state,
            waiting_for=run.waits_for,
        )


class RunOut(RunFacts):
    """A run."""

    thread_id: int
    assistant_id: int

    @classmethod
    def of(cls, run: Run) -> Self:
        """Return the run's body."""
        return cls(**facts(run), thread_id=run.thread_id, assistant_id=run.assistant_id)


class AnsweredRunOut(RunOut):
    """A run, with its answer if there is one."""

    content: list[TextPart] | None
    citations: list[CitationOut] | None

    @classmethod
    def with_answer(cls, run: Run, answer: Message | None) -> Self:
        """Return the run's body."""
        return cls(
            **facts(run),
            thread_id=run.thread_id,
            assistant_id=run.assistant_id,
            content=TextPart.list_of(answer),
            citations=None if answer is None else CitationOut.list_of(answer),
        )
