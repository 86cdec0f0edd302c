"""Assistants."""

from collections.abc import Iterable
from datetime import date
from typing import Self, cast

from afterglow.api.schemas.base import (
    Answer,
    Body,
    Description,
    Instructions,
    ModelName,
    Name,
    Temperature,
    Timestamp,
)
from afterglow.api.schemas.tools import ToolOut, Tools, to_tools
from afterglow.domain.models import Assistant
from afterglow.services.assistants import AssistantChanges, AssistantDraft


class AssistantIn(Body):
    """A new assistant."""

    name: Name
    description: Description | None = None
    model: ModelName | None = None
    instructions: Instructions | None = None
    temperature: Temperature | None = None
    tools: Tools = []

    def to_draft(self) -> AssistantDraft:
        """Return what the user decided."""
        return AssistantDraft(
            name=self.name,
            description=self.description,
            model=self.model,
            instructions=self.instructions,
            temperature=self.temperature,
            tools=to_tools(self.tools),
        )


class AssistantPatch(Body):
    """What is to be another in an assistant. What can be null has a default to go back to."""

    name: Name = ""
    description: Description | None = None
    model: ModelName | None = None
    instructions: Instructions | None = None
    temperature: Temperature | None = None
    tools: Tools = []
    is_active: bool = True

    def to_changes(self) -> AssistantChanges:
        """Return what the user said, and nothing else."""
        said: AssistantChanges = {
            "name": self.name,
            "description": self.description,
            "model": self.model,
            "instructions": self.instructions,
            "temperature": self.temperature,
            "tools": to_tools(self.tools),
            "is_active": self.is_active,
        }
        given = {name: value for name, value in said.items() if name in self.model_fields_set}
        return cast("AssistantChanges", given)


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
    tools: list[ToolOut]
    is_active: bool
    model_shutdown_date: date | None
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, assistant: Assistant, shutdown: date | None, file_ids: Iterable[str]) -> Self:
        """Return the assistant's body; `shutdown` is the day its model ends, if that is soon."""
        spec = assistant.spec
        return cls(
            id=assistant.id,
            user_id=assistant.user_id,
            name=spec.name,
            description=spec.description,
            openai_assistant_id=assistant.openai_assistant_id if assistant.is_used else None,
            model=spec.model,
            instructions=spec.instructions,
            temperature=spec.temperature,
            file_ids=list(file_ids),
            tools=[ToolOut.of(tool) for tool in spec.tools],
            is_active=assistant.is_active,
            model_shutdown_date=shutdown,
            created_at=assistant.created_at,
            updated_at=assistant.updated_at,
        )
