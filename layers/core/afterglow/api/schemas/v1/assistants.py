"""Assistants."""

from datetime import date
from typing import Literal, Self

from afterglow.api.schemas.base import Answer, Body, Instructions, ModelName, Name
from afterglow.api.schemas.tools import ToolOut, Tools, to_tools
from afterglow.domain.models import Assistant
from afterglow.services.assistants import AssistantDraft


class AssistantNameIn(Body):
    """A new assistant with default settings."""

    name: Name

    def to_draft(self) -> AssistantDraft:
        """Return the name, and that all else is the deployment's choice."""
        return AssistantDraft(name=self.name, tools=None)


class CustomAssistantIn(Body):
    """A new assistant with custom settings."""

    name: Name
    instructions: Instructions | None = None
    model: ModelName | None = None
    tools: Tools | None = None

    def to_draft(self) -> AssistantDraft:
        """Return what the admin decided."""
        return AssistantDraft(
            name=self.name,
            model=self.model,
            instructions=self.instructions,
            tools=None if self.tools is None else to_tools(self.tools),
        )


class InstructionsIn(Body):
    """What an assistant is to be told."""

    instructions: Instructions


class InstructionsOut(Answer):
    """What an assistant is told."""

    instructions: str


class AssistantOut(Answer):
    """An assistant."""

    id: int
    assistant_id: str
    name: str
    instructions: str
    tools: list[ToolOut]
    model: str
    status: Literal["ACTIVE", "INACTIVE"]
    model_shutdown_date: date | None

    @classmethod
    def of(cls, assistant: Assistant, shutdown: date | None) -> Self:
        """Return the assistant's body; `shutdown` is the day its model ends, if that is soon."""
        spec = assistant.spec
        return cls(
            id=assistant.id,
            assistant_id=assistant.openai_assistant_id,
            name=spec.name,
            instructions=spec.instructions,
            tools=[ToolOut.of(tool) for tool in spec.tools],
            model=spec.model,
            status="ACTIVE" if assistant.is_active else "INACTIVE",
            model_shutdown_date=shutdown,
        )


def created(assistant: Assistant) -> str:
    """Return the sentence that tells of a new assistant."""
    spec = assistant.spec
    return f"Assistant {spec.name} with id {assistant.openai_assistant_id} created successfully"
