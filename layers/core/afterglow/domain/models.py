"""The product's nouns. All times are aware and UTC."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self


class Role(StrEnum):
    """What a user may do beyond owning things."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """What is known of a user's OpenAI key without knowing the key.

    `fingerprint` is HMAC-SHA256 of the key under the deployment's pepper, in hex. `version` is the
    vault's: of several keys set at once, this record decides which one is used.
    """

    last4: str
    fingerprint: str
    version: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """Someone who registered. `session_epoch` grows to end all of the user's sessions at once."""

    id: int
    username: str
    password_hash: str
    created_at: datetime
    role: Role = Role.USER
    default_assistant_id: int | None = None
    api_key: ApiKeyRecord | None = None
    session_epoch: int = 0
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the SHA-256 of its token is known, in hex."""

    token_hash: str
    user_id: int
    epoch: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool an assistant may use; `retrieval` is the old name of `file_search`."""

    type: str


@dataclass(frozen=True, slots=True)
class AssistantSpec:
    """What a user decides about an assistant, and what a run keeps a copy of."""

    name: str
    model: str
    instructions: str
    description: str | None = None
    temperature: float | None = None
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class Assistant:
    """An assistant; its id counts per user."""

    id: int
    user_id: int
    spec: AssistantSpec
    created_at: datetime
    updated_at: datetime
    openai_assistant_id: str | None = None
    file_ids: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation; its id counts per user, its messages are numbered 1..`last_message_id`.

    `active_run_id` is the lock: while it is set and `lease_until` is ahead, no message is taken.
    `head_response_id` is the last good Response upstream, which the next one continues.
    """

    id: int
    user_id: int
    openai_thread_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    assistant_id: int | None = None
    is_archived: bool = False
    last_message_id: int = 0
    head_response_id: str | None = None
    active_run_id: str | None = None
    lease_until: datetime | None = None


class MessageRole(StrEnum):
    """Who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; never changed once written. Its id counts per thread."""

    id: int
    thread_id: int
    user_id: int
    role: MessageRole
    content: str
    openai_message_id: str
    run_id: str
    created_at: datetime


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
