"""Assistants."""

from typing import Annotated, Literal, Self

from pydantic import Field

from afterglow.api.schemas.base import (
    Answer,
    Body,
    Name,
    Timestamp,
    at_most_bytes,
)
from afterglow.domain.models import Assistant, Tool
from afterglow.services.assistants import AssistantDraft

ToolType = Literal["retrieval", "file_search", "code_interpreter"]


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
