"""What both dialects tell of a run."""

from typing import Any, Self

from afterglow.api.schemas.base import Answer, Timestamp
from afterglow.domain.models import Run, RunError, RunState, Usage, WaitReason


class RunErrorOut(Answer):
    """Why a run has no answer: a code for programs, a text for people."""

    code: str
    message: str

    @classmethod
    def of(cls, error: RunError | None) -> Self | None:
        """Return the error's body, None without one."""
        return None if error is None else cls(code=error.code, message=error.message)


class UsageOut(Answer):
    """Tokens that a run cost."""

    input_tokens: int
    output_tokens: int

    @classmethod
    def of(cls, usage: Usage | None) -> Self | None:
        """Return the usage's body, None without one."""
        if usage is None:
            return None
        return cls(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)


class RunFacts(Answer):
    """A run, but for the names of what belongs to it."""

    id: str
    status: RunState
    waiting_for: WaitReason | None
    model: str
    message_id: int
    answer_id: int | None
    error: RunErrorOut | None
    usage: UsageOut | None
    created_at: Timestamp
    ended_at: Timestamp | None


def facts(run: Run) -> dict[str, Any]:
    """Return the fields of `RunFacts`."""
    is_answered = run.state is RunState.COMPLETED
    return {
        "id": run.id,
        "status": run.state,
        "waiting_for": run.waits_for,
        "model": run.spec.model,
        "message_id": run.message_id,
        "answer_id": run.message_id + 1 if is_answered else None,
        "error": RunErrorOut.of(run.error),
        "usage": UsageOut.of(run.usage),
        "created_at": run.created_at,
        "ended_at": run.ended_at,
    }
