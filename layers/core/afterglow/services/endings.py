"""How runs end that have no answer."""

from afterglow.domain.errors import DomainError, OperationFailedError
from afterglow.domain.model_lifecycle import MODEL_NOT_FOUND, model_not_found
from afterglow.domain.models import Run, RunState, Usage
from afterglow.ports.engine import Reply, ReplyState

# DynamoDB's item holds 400 KB with everything else in it.
MAX_ANSWER_BYTES = 300 * 1024

_ENDS = {
    ReplyState.INCOMPLETE: (RunState.INCOMPLETE, "run_incomplete", "The answer was cut off"),
    ReplyState.FAILED: (RunState.FAILED, "run_failed", "OpenAI could not answer"),
    ReplyState.CANCELLED: (RunState.CANCELLED, "run_cancelled", "The run was cancelled upstream"),
    ReplyState.WORKING: (RunState.EXPIRED, "run_expired", "The assistant took too long to answer"),
    # Done, and yet no answer that could be kept.
    ReplyState.DONE: (RunState.FAILED, "answer_too_large", "The answer is too large to store"),
}


class RunOverError(OperationFailedError):
    """The run is over, and there is no answer to keep."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        state: RunState = RunState.FAILED,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.state = state
        self.usage = usage


def is_answered(reply: Reply) -> bool:
    """Tell whether there is an answer that can be kept."""
    return reply.state is ReplyState.DONE and len(reply.text.encode()) <= MAX_ANSWER_BYTES


def ending_of(run: Run, reply: Reply) -> DomainError:
    """Return the error that tells how a run ended without an answer."""
    if reply.error_code == MODEL_NOT_FOUND:
        return model_not_found(run.spec.model, reply.replacement_model)
    state, code, text = _ENDS[reply.state]
    return RunOverError(text, code=reply.error_code or code, state=state, usage=reply.usage)
