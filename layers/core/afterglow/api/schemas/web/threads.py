"""Threads, messages and turns."""

from typing import Literal, Self

from afterglow.api.schemas.base import (
    Answer,
    Body,
    IntegerId,
    MessageText,
    Timestamp,
    Title,
)
from afterglow.domain.models import Message, Thread


class ThreadIn(Body):
    """A new thread."""

    title: Title | None = None
    assistant_id: IntegerId | None = None


class NewThreadOut(Answer):
    """A thread that was just opened."""

    id: int
    openai_thread_id: str
    title: str

    @classmethod
    def of(cls, thread: Thread) -> Self:
        """Return the new thread's body."""
        return cls(id=thread.id, openai_thread_id=thread.openai_thread_id, title=thread.title)


class ThreadPatch(Body):
    """What is to be another in a thread."""

    title: Title | None = None
    is_archived: bool | None = None


class ThreadOut(Answer):
    """A thread."""

    id: int
    user_id: int
    assistant_id: int | None
    openai_thread_id: str
    title: str
    is_archived: bool
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, thread: Thread) -> Self:
        """Return the thread's body."""
        return cls(
            id=thread.id,
            user_id=thread.user_id,
            assistant_id=thread.assistant_id,
            openai_thread_id=thread.openai_thread_id,
            title=thread.title,
            is_archived=thread.is_archived,
            created_at=thread.created_at,
            updated_at=thread.updated_at,
        )


class CitationOut(Answer):
    """A file that an answer rests on, at `index` of its text, counted in code points.

    The file's id is null once the file is gone.
    """

    file_id: str | None
    file_name: str
    index: int

    @classmethod
    def list_of(cls, message: Message) -> list[Self]:
        """Return what a message rests on."""
        return [
            cls(file_id=cited.file_id, file_name=cited.file_name, index=cited.index)
            for cited in message.citations
        ]


class MessageOut(Answer):
    """A message of a thread; `incomplete` is as much as there was of an answer that broke off."""

    id: int
    thread_id: int
    role: str
    content: str
    status: Literal["completed", "incomplete"]
    openai_message_id: str
    citations: list[CitationOut]
    created_at: Timestamp

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the message's body."""
        return cls(
            id=message.id,
            thread_id=message.thread_id,
            role=message.role.value,
            content=message.content,
            status="incomplete" if message.is_partial else "completed",
            openai_message_id=message.openai_message_id,
            citations=CitationOut.list_of(message),
            created_at=message.created_at,
        )


class ChatIn(Body):
    """A message to a thread."""

    thread_id: IntegerId
    message: MessageText


class TextPart(Answer):
    """A part of an answer."""

    type: Literal["text"] = "text"
    text: str

    @classmethod
    def list_of(cls, answer: Message | None) -> list[Self] | None:
        """Return the parts of an answer, None without one."""
        return None if answer is None else [cls(text=answer.content)]


class ChatOut(Answer):
    """The assistant's answer."""

    thread_id: int
    content: list[TextPart]
    citations: list[CitationOut]

    @classmethod
    def of(cls, answer: Message) -> Self:
        """Return the answer's body."""
        return cls(
            thread_id=answer.thread_id,
            content=[TextPart(text=answer.content)],
            citations=CitationOut.list_of(answer),
        )
