"""Whatever thinks and answers."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from afterglow.domain.models import Citation, Message, Run, Usage

# A background create answers at once; what takes longer is broken.
TIME_TO_BEGIN = timedelta(seconds=10)


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

    When it is over otherwise, they are as much as there was of an answer. `replacement_model` is
    what the upstream names when `error_code` is `model_not_found`. `citations` are what the text
    rests on, by the upstream's ids and names of the files.
    """

    response_id: str
    state: ReplyState
    text: str = ""
    message_id: str | None = None
    usage: Usage | None = None
    error_code: str | None = None
    replacement_model: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptFiles:
    """The files that an assistant's tools may read, by the upstream's ids."""

    vector_store_id: str | None = None
    code_file_ids: tuple[str, ...] = ()


NO_FILES = PromptFiles()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the engine is asked: a message, and what came before it.

    `unseen` are the messages before it that the upstream has not answered: they go along. `history`
    are all before it, asked for only when the upstream no longer has `head_response_id`.
    """

    run: Run
    message: str
    head_response_id: str | None
    unseen: Sequence[Message]
    history: Callable[[], Sequence[Message]]
    files: PromptFiles = NO_FILES


class LiveReply(Protocol):
    """Work that has just begun, as the upstream tells of it without being asked."""

    @property
    def reply(self) -> Reply:
        """Where the work stood when it began."""
        ...

    def follow(self, until: datetime) -> Reply:
        """Return the reply once the work is over, or as it stands at `until`.

        It stands there earlier when the upstream tells no more: then it has to be asked. Never
        raises: what goes wrong while listening is no reason to give the work up.
        """
        ...


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

    def start(
        self, prompt: Prompt, *, within: timedelta = TIME_TO_BEGIN
    ) -> AbstractContextManager[LiveReply]:
        """Start work on a message. It goes on in the background when nobody listens any more.

        An upstream that has not named it `within` some time is out of reach.
        """
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
