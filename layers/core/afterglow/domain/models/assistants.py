"""Assistants."""

from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.models.files import FileUse

_USES = {
    "retrieval": FileUse.SEARCH,
    "file_search": FileUse.SEARCH,
    "code_interpreter": FileUse.CODE,
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool an assistant may use; `retrieval` is the old name of `file_search`."""

    type: str

    @property
    def use(self) -> FileUse | None:
        """Which files it reads, None if it reads none."""
        return _USES.get(self.type)


@dataclass(frozen=True, slots=True)
class AssistantSpec:
    """What a user decides about an assistant, and what a run keeps a copy of."""

    name: str
    model: str
    instructions: str
    description: str | None = None
    temperature: float | None = None
    tools: tuple[Tool, ...] = ()

    @property
    def file_uses(self) -> tuple[FileUse, ...]:
        """Which files its tools read, each once, in the order of the tools."""
        return tuple(dict.fromkeys(tool.use for tool in self.tools if tool.use))


@dataclass(frozen=True, slots=True)
class Assistant:
    """An assistant; its id counts per user. `updated_at` is another after every change.

    `openai_assistant_id` is minted with it; until a run uses it, dialect A keeps it to itself.
    """

    id: int
    user_id: int
    spec: AssistantSpec
    created_at: datetime
    updated_at: datetime
    openai_assistant_id: str
    is_used: bool = False
    is_active: bool = True
