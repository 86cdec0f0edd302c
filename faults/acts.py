"""What the processes do: a request, a poll, a sweep, an event of garbage."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from afterglow import bootstrap
from afterglow.api import jobs
from afterglow.domain.errors import DomainError
from afterglow.domain.models import Run
from afterglow.services.acceptance import TurnRequest
from afterglow.services.outcomes import TurnOutcome
from faults.boundaries import Json
from faults.haste import BUDGET, DEADLINE, replace_constant
from faults.plan import Event, Role
from faults.tenants import Question, Tenant

# Milliseconds: as the template says of the sweeper.
SWEEPER_LIFE = 60_000
Send = Callable[[Tenant, Question], Json]


@dataclass(frozen=True)
class Context:
    """What a function of ours asks of Lambda's context."""

    aws_request_id: str = "faults"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may go on."""
        return SWEEPER_LIFE


def requested(send: Send, tenant: Tenant, question: Question) -> Json:
    """Return what a client is told: an outcome, a refusal, or that something broke."""
    try:
        return send(tenant, question)
    except DomainError as error:
        return {"accepted": False, "error": type(error).__name__, "code": error.code}
    except Exception as error:  # noqa: BLE001 - a 500: the client is told no more
        return {"accepted": False, "error": type(error).__name__, "broke": True}


def by_protocol(*, deadline: Any = DEADLINE, is_async: bool = False) -> Send:
    """Return how the product sends."""

    def send(tenant: Tenant, question: Question) -> Json:
        replace_constant("afterglow.services.acceptance", "DEADLINE", deadline)
        request = TurnRequest(
            tenant.user,
            question.content,
            bootstrap.now() + BUDGET,
            claim=question.claim,
            is_async=is_async,
        )
        return _told(bootstrap.turn_service().send(request, question.thread_id))

    return send


def looked_after(event: Event, run: Run) -> Json:
    """Return what the poller or the sweeper answers to an event."""
    context: Any = Context()
    if event.is_garbage:
        return {"garbage": [_garbage(run, context), _garbage(None, context)]}
    try:
        if event.role is Role.SWEEPER:
            return dict(jobs.sweep(context))
        return dict(jobs.poll({"user_id": run.user_id, "run_id": run.id}, context))
    except jobs.JobFailedError as error:
        # The state machine tries again, the schedule comes again.
        return {"job_failed": str(error)}


def _garbage(run: Run | None, context: Any) -> str:
    """Send an event that names nobody's run, or nothing at all."""
    event: Any = {"user_id": run.user_id + 1, "run_id": run.id} if run else {"detail": "?"}
    try:
        return json.dumps(jobs.poll(event, context))
    except Exception as error:  # noqa: BLE001 - Lambda counts it; what is stored is what matters
        return type(error).__name__


def _told(outcome: TurnOutcome) -> Json:
    return {
        "accepted": True,
        "run": outcome.run.id,
        "state": outcome.run.state.value,
        "answer": outcome.answer and outcome.answer.content,
        "is_replayed": outcome.is_replayed,
        "trouble": type(outcome.trouble).__name__ if outcome.trouble else None,
    }
