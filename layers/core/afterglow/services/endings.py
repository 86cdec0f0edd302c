"""How runs end, and what their callers are told, then and ever after."""

from datetime import datetime

from afterglow.domain.errors import Detail, DomainError, NotFoundError, RateLimitError
from afterglow.domain.model_lifecycle import MODEL_NOT_FOUND, model_not_found
from afterglow.domain.models import FailureKind, Run, RunError, RunState
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.failures import error_class, kind_of

CANCELLED = RunError("run_cancelled", "The run was cancelled", FailureKind.CONFLICT)
EXPIRED = RunError("run_expired", "The assistant took too long to answer")
ABANDONED = RunError("run_abandoned", "The run was begun too often")
THREAD_DELETED = RunError("thread_deleted", "Thread not found", FailureKind.NOT_FOUND)

_ENDS = {
    ReplyState.INCOMPLETE: (
        RunState.INCOMPLETE,
        RunError("run_incomplete", "The answer was cut off"),
    ),
    ReplyState.FAILED: (RunState.FAILED, RunError("run_failed", "OpenAI could not answer")),
    # By the user through us, whoever sees it first, or by the user alone.
    ReplyState.CANCELLED: (RunState.CANCELLED, CANCELLED),
    # Done, and yet no answer that could be kept.
    ReplyState.DONE: (
        RunState.FAILED,
        RunError("answer_too_large", "The answer is too large to store"),
    ),
}


def error_of(error: DomainError) -> RunError:
    """Return an error as a run remembers it."""
    first: Detail = error.details[0] if error.details else {"code": "run_failed"}
    return RunError(
        code=error.code or first["code"],
        message=error.message,
        kind=kind_of(error),
        field=first.get("field"),
        advice=first.get("message"),
        retry_after=error.retry_after if isinstance(error, RateLimitError) else None,
    )


def failure_of(run: Run) -> DomainError:
    """Return the error that tells why a run that is over has no answer."""
    error = run.error or RunError("run_failed", "The run has no answer")
    if error.kind is FailureKind.NOT_FOUND:
        # It looks like whatever never was there.
        return NotFoundError(error.message)
    detail: Detail = {"code": error.code}
    if error.field is not None:
        detail["field"] = error.field
    if error.advice is not None:
        detail["message"] = error.advice
    failure = error_class(error.kind)(error.message, code=error.code)
    failure.details = (detail,)
    if isinstance(failure, RateLimitError):
        failure.retry_after = error.retry_after
    return failure


def ending_of(run: Run, reply: Reply, at: datetime) -> tuple[RunState, RunError]:
    """Return how a run ends whose Response is found over, at some time, without an answer."""
    if reply.error_code == MODEL_NOT_FOUND:
        refusal = model_not_found(run.spec.model, reply.replacement_model)
        return RunState.FAILED, error_of(refusal)
    if reply.state is ReplyState.CANCELLED and at >= run.deadline:
        # By whoever told OpenAI that it is too late, and died before writing so.
        return RunState.EXPIRED, EXPIRED
    state, error = _ENDS[reply.state]
    code = reply.error_code or error.code
    return state, RunError(code, error.message, error.kind)
