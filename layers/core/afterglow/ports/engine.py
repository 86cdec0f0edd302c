"""Whatever thinks and answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Protocol

from afterglow.domain.models import Message, Run, Usage


class ReplyState(Enum):
    """Where the engine's work stands, as far as a turn cares."""

    WORKING = auto()
    DONE = auto()
    INCOMPLETE = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(frozen=True, slots=True)
class Reply:
    """The engine's work on one message. `text` and `message_id` are set when it is DONE.

    `replacement_model` is what the upstream names when `error_code` is `model_not_found`.
    """

    response_id: str
    state: ReplyState
    text: str = ""
    message_id: str | None = None
    usage: Usage | None = None
    error_code: str | None = None
    replacement_model: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the engine is asked: a message, and what came before it.

    `history` is asked for only when the upstream no longer has `head_response_id`.
    """

    run: Run
    openai_assistant_id: str
    message: str
    head_response_id: str | None
    history: Callable[[], Sequence[Message]]


class KeyVerdict(Enum):
    """What OpenAI says of a key."""

    GOOD = auto()
    REJECTED = auto()
    RESTRICTED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What OpenAI says of a key, and the last days of models that the key may list."""

    verdict: KeyVerdict
    model_shutdowns: Mapping[str, date] = field(default_factory=dict)


class Engine(Protocol):
    """Whatever thinks and answers, holding one user's key.

    Every method raises InvalidInputError, RateLimitError, LimitExceededError or
    OperationFailedError with a code, never a vendor's error.
    """

    def check_key(self) -> KeyCheck:
        """Ask whether the key is good, and which models will be shut down."""
        ...

    def start(self, prompt: Prompt) -> Reply:
        """Start work on a message; it goes on in the background."""
        ...

    def get(self, response_id: str) -> Reply:
        """Return where the work stands."""
        ...

    def cancel(self, response_id: str) -> Reply:
        """Stop the work and return where it stands: it may have been done already."""
        ...

    def delete(self, response_id: str) -> None:
        """Stop the work if it goes on, and have it gone; what is gone already is no error."""
        ...


EngineFactory = Callable[[str], Engine]
