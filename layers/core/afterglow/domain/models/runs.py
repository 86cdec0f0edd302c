"""Runs."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from afterglow.domain.models.assistants import AssistantSpec


class RunState(StrEnum):
    """Where a run stands. Every accepted run ends in one of the last five."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN_STATES = frozenset({RunState.QUEUED, RunState.IN_PROGRESS})


class WaitReason(StrEnum):
    """What a run waits for before it can begin."""

    FILES = "files"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a run cost."""

    input_tokens: int = 0
    output_tokens: int = 0


class FailureKind(StrEnum):
    """Whose fault it is that a run has no answer, and whether it pays to try again."""

    INVALID_INPUT = "invalid_input"
    LIMIT_EXCEEDED = "limit_exceeded"
    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    OPERATION_FAILED = "operation_failed"


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run ended without an answer: a code for programs, a text that a caller may see.

    `field` and `advice` say what to change where that is known, `retry_after` how many seconds the
    upstream asked to wait.
    """

    code: str
    message: str
    kind: FailureKind = FailureKind.OPERATION_FAILED
    field: str | None = None
    advice: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The work on one user message, with the assistant as it was when the message came.

    `attempt` counts who has claimed it, and is the fencing token: whoever holds the number last
    written may write on, so that clocks do not matter. `failures` counts those attempts that the
    upstream has failed, `waits` those that ended in waiting for what
    `waits_for` says. Until `lease_until` somebody is at work on it; after that it is due, for
    anyone who comes. `is_restarted` once the upstream has lost a Response of it.
    """

    id: str
    user_id: int
    thread_id: int
    assistant_id: int
    openai_assistant_id: str
    message_id: int
    spec: AssistantSpec
    created_at: datetime
    lease_until: datetime
    deadline: datetime
    state: RunState = RunState.QUEUED
    attempt: int = 1
    failures: int = 0
    waits: int = 0
    waits_for: WaitReason | None = None
    response_id: str | None = None
    is_restarted: bool = False
    error: RunError | None = None
    usage: Usage | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.state not in OPEN_STATES

    @property
    def tries(self) -> int:
        """How many attempts may have reached the upstream: waiting spends none."""
        return self.attempt - self.waits

    def claimed(self, lease_until: datetime) -> Self:
        """Return the run as it is for the next who begins it, or begins it again."""
        return replace(
            self,
            state=RunState.QUEUED,
            attempt=self.attempt + 1,
            lease_until=lease_until,
            response_id=None,
            is_restarted=self.is_restarted or self.response_id is not None,
        )

    def bound_to(self, response_id: str) -> Self:
        """Return the run as it is once upstream works on it."""
        return replace(self, state=RunState.IN_PROGRESS, response_id=response_id, waits_for=None)

    def ended(
        self,
        state: RunState,
        now: datetime,
        error: RunError | None = None,
        usage: Usage | None = None,
    ) -> Self:
        """Return the run as it is once it is over."""
        return replace(self, state=state, ended_at=now, error=error, usage=usage, waits_for=None)
