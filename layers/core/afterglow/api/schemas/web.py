"""Bodies of dialect A, `/api`."""

from typing import Annotated, Literal, Self

from pydantic import Field

from afterglow.api.schemas.base import (
    Answer,
    Body,
    IntegerId,
    Name,
    Timestamp,
    Title,
    at_most_bytes,
)
from afterglow.domain.models import Assistant, Message, Thread, Tool, User
from afterglow.services.assistants import AssistantDraft

ToolType = Literal["retrieval", "file_search", "code_interpreter"]


class Credentials(Body):
    """Who wants in. The rules on both are the domain's."""

    username: str
    password: str


class UserOut(Answer):
    """A user as the user sees it."""

    id: int
    username: str
    role: str
    default_assistant_id: int | None
    has_api_key: bool
    api_key_last4: str | None
    created_at: Timestamp

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the user's body."""
        return cls(
            id=user.id,
            username=user.username,
            role=user.role.value,
            default_assistant_id=user.default_assistant_id,
            has_api_key=user.api_key is not None,
            api_key_last4=user.api_key.last4 if user.api_key else None,
            created_at=user.created_at,
        )


class MessageOnly(Answer):
    """That something was done."""

    message: str


class MessageWithWarning(MessageOnly):
    """That something was done, and what is doubtful about it."""

    warning: str


class ApiKeyIn(Body):
    """A user's OpenAI key."""

    api_key: str


class ToolBody(Body):
    """A tool an assistant may use."""

    type: ToolType


class AssistantIn(Body):
    """A new assistant."""

    name: Name
    description: Annotated[str, Field(max_length=1000)] | None = None
    model: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")] | None = None
    instructions: Annotated[str, at_most_bytes(64 * 1024)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    tools: Annotated[list[ToolBody], Field(max_length=16)] = []

    def to_draft(self) -> AssistantDraft:
        """Return what the user decided."""
        return AssistantDraft(
            name=self.name,
            description=self.description,
            model=self.model,
            instructions=self.instructions,
            temperature=self.temperature,
            tools=tuple(Tool(tool.type) for tool in self.tools),
        )


class AssistantOut(Answer):
    """An assistant."""

    id: int
    user_id: int
    name: str
    description: str | None
    openai_assistant_id: str | None
    model: str
    instructions: str
    temperature: float | None
    file_ids: list[str]
    tools: list[ToolBody]
    is_active: bool
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, assistant: Assistant) -> Self:
        """Return the assistant's body."""
        spec = assistant.spec
        return cls(
            id=assistant.id,
            user_id=assistant.user_id,
            name=spec.name,
            description=spec.description,
            openai_assistant_id=assistant.openai_assistant_id,
            model=spec.model,
            instructions=spec.instructions,
            temperature=spec.temperature,
            file_ids=list(assistant.file_ids),
            tools=[ToolBody.model_validate({"type": tool.type}) for tool in spec.tools],
            is_active=assistant.is_active,
            created_at=assistant.created_at,
            updated_at=assistant.updated_at,
        )


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


class MessageOut(Answer):
    """A message of a thread."""

    id: int
    thread_id: int
    role: str
    content: str
    openai_message_id: str
    created_at: Timestamp

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the message's body."""
        return cls(
            id=message.id,
            thread_id=message.thread_id,
            role=message.role.value,
            content=message.content,
            openai_message_id=message.openai_message_id,
            created_at=message.created_at,
        )


class ChatIn(Body):
    """A message to a thread."""

    thread_id: IntegerId
    message: Annotated[str, Field(min_length=1), at_most_bytes(256 * 1024)]


class TextPart(Answer):
    """A part of an answer."""

    type: Literal["text"] = "text"
    text: str


class ChatOut(Answer):
    """The assistant's answer."""

    thread_id: int
    content: list[TextPart]

    @classmethod
    def of(cls, answer: Message) -> Self:
        """Return the answer's body."""
        return cls(thread_id=answer.thread_id, content=[TextPart(text=answer.content)])
