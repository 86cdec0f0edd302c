"""Assistants of a user."""

from collections.abc import Sequence
from dataclasses import dataclass

from afterglow.domain.models import Assistant, AssistantSpec, Tool, User
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import AssistantRepository


@dataclass(frozen=True, slots=True)
class AssistantDraft:
    """What a user says of a new assistant; None leaves the choice to the deployment."""

    name: str
    description: str | None = None
    model: str | None = None
    instructions: str | None = None
    temperature: float | None = None
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class AssistantDefaults:
    """What an assistant is made of when its user does not say."""

    model: str
    instructions: str


@dataclass(frozen=True, slots=True)
class AssistantService:
    """Creating one never asks OpenAI: a model that is gone shows when it is to run."""

    assistants: AssistantRepository
    defaults: AssistantDefaults
    now: Clock

    def create(self, user: User, draft: AssistantDraft) -> Assistant:
        """Store a new assistant."""
        spec = AssistantSpec(
            name=draft.name,
            description=draft.description,
            model=draft.model or self.defaults.model,
            instructions=(
                self.defaults.instructions if draft.instructions is None else draft.instructions
            ),
            temperature=draft.temperature,
            tools=draft.tools,
        )
        return self.assistants.add(user.id, spec, self.now())

    def get(self, user: User, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        return self.assistants.get(user.id, assistant_id)

    def list(self, user: User) -> Sequence[Assistant]:
        """Return all of the user's, by id ascending."""
        return self.assistants.list(user.id)
