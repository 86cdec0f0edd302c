"""What a brain is asked and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Message:
    role: str
    text: str


@dataclass(frozen=True)
class Excerpt:
    """A passage of a file; without an id it came with the request and cannot be cited."""

    filename: str
    text: str
    file_id: str | None = None


@dataclass(frozen=True)
class Turn:
    """Everything said so far, oldest first, and what was found in files."""

    messages: Sequence[Message]
    instructions: str = ""
    excerpts: Sequence[Excerpt] = ()

    @property
    def question(self) -> str:
        return next((m.text for m in reversed(self.messages) if m.role == "user"), "")


@dataclass(frozen=True)
class Citation:
    """`index` is the character position in the text where the quotation ends."""

    excerpt: Excerpt
    index: int


@dataclass(frozen=True)
class Reply:
    text: str
    citations: Sequence[Citation] = field(default_factory=tuple)


class BrainError(Exception):
    """The brain could not answer."""


class Brain(Protocol):
    async def answer(self, turn: Turn) -> Reply:
        """Answer the last user message."""
