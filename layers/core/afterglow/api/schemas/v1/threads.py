"""Threads."""

from typing import Self

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from afterglow.api.references import AssistantReference
from afterglow.api.schemas.base import Answer, Body, MessageText, Title
from afterglow.domain.models import Thread


class MessageIn(Body):
    """A message to a thread, and which assistant is to answer it if not the thread's."""

    content: MessageText
    assistant_id: AssistantReference | None = None


class ThreadIn(MessageIn):
    """A new thread: its first message, and its name."""

    name: Title | None = None


class ThreadNameIn(Body):
    """Another name for a thread, as `name` or as `title`."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [each], "properties": {each: {"type": "string"}}}
                for each in ("name", "title")
            ]
        }
    )

    name: Title | None = None
    title: Title | None = None

    @model_validator(mode="after")
    def _check_one_is_given(self) -> Self:
        if self.name is None and self.title is None:
            raise PydanticCustomError("missing", "A name is required")
        return self

    @property
    def chosen(self) -> str | None:
        """The name that was given."""
        return self.title if self.name is None else self.name


class NewThreadOut(Answer):
    """A thread that was just opened."""

    id: str
    message: str

    @classmethod
    def of(cls, thread: Thread) -> Self:
        """Return the new thread's body."""
        return cls(id=thread.openai_thread_id, message="Thread created successfully")
