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


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a run cost."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """The work on one user message, with the assistant as it was when the message came.

    `attempt` is the fencing token: whoever holds the number last written may write on.
    """

    id: str
    user_id: int
    thread_id: int
    assistant_id: int
    message_id: int
    spec: AssistantSpec
    created_at: datetime
    lease_until: datetime
    deadline: datetime
    state: RunState = RunState.QUEUED
    attempt: int = 1
    response_id: str | None = None
    error_code: str | None = None
    usage: Usage | None = None
    ended_at: datetime | None = None

    def bound_to(self, response_id: str) -> Self:
        """Return the run as it is once upstream works on it."""
        return replace(self, state=RunState.IN_PROGRESS, response_id=response_id)

    def ended(
        self, state: RunState, now: datetime, code: str | None = None, usage: Usage | None = None
    ) -> Self:
        """Return the run as it is once it is over."""
        return replace(self, state=state, ended_at=now, error_code=code, usage=usage)
