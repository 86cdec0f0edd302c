"""Assistants of a user."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypedDict

from afterglow.domain.errors import ConflictError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Assistant, AssistantSpec, IdempotencyClaim, Tool, User
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.services.assistant_limit import AssistantLimit
from afterglow.services.references import Reference, assistant_id, find_assistant

CHANGE_TRIES = 5
# Times on the wire have milliseconds.
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class AssistantDraft:
    """What a user says of a new assistant; None leaves the choice to the deployment."""

    name: str
    description: str | None = None
    model: str | None = None
    instructions: str | None = None
    temperature: float | None = None
    tools: tuple[Tool, ...] | None = ()


class AssistantChanges(TypedDict, total=False):
    """What a user changes; what is left out stays. None is the deployment's choice, or nothing."""

    name: str
    description: str | None
    model: str | None
    instructions: str | None
    temperature: float | None
    tools: tuple[Tool, ...]
    is_active: bool


@dataclass(frozen=True, slots=True)
class AssistantDefaults:
    """What an assistant is made of when its user does not say."""

    model: str
    instructions: str
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class AssistantService:
    """Creating one never asks OpenAI: a model that is gone shows when it is to run.

    `charge_bulk_delete` raises RateLimitError when a user deletes everything too often.
    """

    assistants: AssistantRepository
    defaults: AssistantDefaults
    limit: AssistantLimit
    charge_bulk_delete: Callable[[User], None]
    now: Clock

    def create(
        self,
        user: User,
        draft: AssistantDraft,
        *,
        is_used: bool = False,
        claim: IdempotencyClaim | None = None,
    ) -> Assistant:
        """Store a new assistant; `is_used` says that its `asst_` id is known from the start.

        Raises LimitExceededError, ConflictError if the claim is another request's.
        """
        now = self.now()
        limit = self.limit.current()
        assistant = Assistant(
            id=self.assistants.next_id(user.id),
            user_id=user.id,
            spec=self._spec(draft),
            created_at=now,
            updated_at=now,
            openai_assistant_id=new_opaque_id("asst"),
            is_used=is_used,
        )
        self.assistants.add(assistant, limit=limit, claim=claim)
        return assistant

    def get(self, user: User, reference: Reference) -> Assistant:
        """Return one. Raises NotFoundError."""
        return find_assistant(self.assistants, user.id, reference)

    def list(
        self, user: User, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Assistant]:
        """Return the user's beyond an id, by id ascending."""
        return self.assistants.list(user.id, after=after, page_size=page_size)

    def change(self, user: User, reference: Reference, changes: AssistantChanges) -> Assistant:
        """Change one and return it. Raises NotFoundError, ConflictError when others never stop."""
        for _ in range(CHANGE_TRIES):
            seen = self.get(user, reference)
            wanted = self._changed(seen, changes)
            if wanted == seen:
                return seen
            wanted = replace(wanted, updated_at=max(self.now(), seen.updated_at + _TICK))
            try:
                self.assistants.change(seen, wanted)
            except ConflictError:
                continue
            return wanted
        raise ConflictError("The assistant is being changed by others")

    def delete(self, user: User, reference: Reference) -> None:
        """Delete one; its threads stay. Raises NotFoundError."""
        self.assistants.delete(
            user.id, assistant_id(self.assistants, user.id, reference), self.now()
        )

    def delete_all(self, user: User) -> None:
        """Delete all of the user's. Raises RateLimitError."""
        self.charge_bulk_delete(user)
        self.assistants.delete_all(user.id, self.now())

    def _spec(self, draft: AssistantDraft) -> AssistantSpec:
        return AssistantSpec(
            name=draft.name,
            description=draft.description,
            model=draft.model or self.defaults.model,
            instructions=_or(draft.instructions, self.defaults.instructions),
            temperature=draft.temperature,
            tools=self.defaults.tools if draft.tools is None else draft.tools,
        )

    def _changed(self, seen: Assistant, changes: AssistantChanges) -> Assistant:
        spec = seen.spec
        model = changes.get("model", spec.model) or self.defaults.model
        instructions = changes.get("instructions", spec.instructions)
        changed = replace(
            spec,
            name=changes.get("name", spec.name),
            description=changes.get("description", spec.description),
            model=model,
            instructions=_or(instructions, self.defaults.instructions),
            temperature=changes.get("temperature", spec.temperature),
            tools=changes.get("tools", spec.tools),
        )
        return replace(seen, spec=changed, is_active=changes.get("is_active", seen.is_active))


def _or(text: str | None, default: str) -> str:
    return default if text is None else text
