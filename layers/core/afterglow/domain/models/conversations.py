"""Threads and messages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from afterglow.domain.models.files import Citation


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation; its id counts per user, its messages are numbered 1..`last_message_id`.

    `active_run_id` is the lock: while a run is not over, no message is taken. `head_response_id` is
    the last good Response upstream, which the next one continues; it ends with the answer
    `head_message_id`, and what was said after that without an answer is not in it.
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
    head_message_id: int = 0
    active_run_id: str | None = None


class MessageRole(StrEnum):
    """Who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; never changed once written. Its id counts per thread.

    `is_partial` if it is as much as there was of an answer when its run ended without one.
    `citations` are the files that an answer rests on.
    """

    id: int
    thread_id: int
    user_id: int
    role: MessageRole
    content: str
    openai_message_id: str
    run_id: str
    created_at: datetime
    is_partial: bool = False
    citations: tuple[Citation, ...] = ()
