"""An upstream that answers everyone in their own words, and remembers who said what to whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from afterglow.domain.errors import OperationFailedError
from afterglow.ports.engine import (
    TIME_TO_BEGIN,
    KeyCheck,
    KeyVerdict,
    LiveReply,
    Prompt,
    Reply,
    ReplyState,
)
from tests.mortality import Life


def echoed(message: str) -> str:
    """Return the answer to a message."""
    return f"You say: {message}"


@dataclass
class Upstream:
    """Every project's Responses, and every word that was sent with a key.

    What it is told to continue, with what is sent along, has to be all that was said before.
    """

    questions: dict[str, tuple[str, str]] = field(default_factory=dict)
    conversations: dict[str, list[str]] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)
    creates: dict[str, int] = field(default_factory=dict)

    def begin(self, api_key: str, prompt: Prompt) -> Reply:
        """Begin a Response."""
        known = self.conversations.get(prompt.head_response_id or "", [])
        before = [*known, *(message.content for message in prompt.unseen)]
        assert before == [message.content for message in prompt.history()]
        self.heard += [(api_key, text) for text in (*before, prompt.message)]
        self.creates[prompt.run.id] = self.creates.get(prompt.run.id, 0) + 1
        response_id = f"resp_{len(self.questions) + 1}"
        self.questions[response_id] = (api_key, prompt.message)
        self.conversations[response_id] = [*before, prompt.message, echoed(prompt.message)]
        return Reply(response_id, ReplyState.WORKING)

    def reply(self, api_key: str, response_id: str) -> Reply:
        """Return the answer, to the key that it was begun with."""
        owner, question = self.questions[response_id]
        if owner != api_key:
            raise OperationFailedError("OpenAI no longer has the answer", code="response_lost")
        return Reply(response_id, ReplyState.DONE, echoed(question), f"msg_{response_id}")


@dataclass(frozen=True)
class _Silent:
    reply: Reply

    def follow(self, until: datetime) -> Reply:  # noqa: ARG002 - nothing is told, however long
        return self.reply


@dataclass(frozen=True)
class EchoEngine:
    """One key's, in a process that may end at any call."""

    upstream: Upstream
    api_key: str
    life: Callable[[], Life]

    def check_key(self) -> KeyCheck:
        """Say that the key is good."""
        return KeyCheck(KeyVerdict.GOOD)

    @contextmanager
    def start(
        self,
        prompt: Prompt,
        *,
        within: timedelta = TIME_TO_BEGIN,  # noqa: ARG002
    ) -> Iterator[LiveReply]:
        """Start work on a message; it tells nothing by itself."""
        yield _Silent(self.life().through(lambda: self.upstream.begin(self.api_key, prompt)))

    def get(self, response_id: str) -> Reply:
        """Return where the work stands."""
        return self.life().through(lambda: self.upstream.reply(self.api_key, response_id))

    def cancel(self, response_id: str) -> Reply:
        """Return where the work stands: it is always done."""
        return self.get(response_id)

    def delete(self, response_id: str) -> None:
        """Forget a Response."""
        self.life().through(lambda: self.upstream.questions.pop(response_id, None))
