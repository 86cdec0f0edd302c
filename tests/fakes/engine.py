"""An engine with a script, in the manner of openai-agents' ScriptedModel."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Usage
from afterglow.ports.engine import (
    TIME_TO_BEGIN,
    KeyCheck,
    KeyVerdict,
    LiveReply,
    Prompt,
    Reply,
    ReplyState,
)

Step = Reply | Exception


def working(response_id: str = "resp_1") -> Reply:
    """Return the reply of an engine at work."""
    return Reply(response_id, ReplyState.WORKING)


def done(text: str, response_id: str = "resp_1", message_id: str | None = "msg_upstream") -> Reply:
    """Return the reply with an answer."""
    return Reply(response_id, ReplyState.DONE, text, message_id, Usage(11, 7))


@dataclass(frozen=True, slots=True)
class _Silent:
    """A reply of an upstream that has to be asked."""

    reply: Reply

    def follow(self, until: datetime) -> Reply:  # noqa: ARG002 - nothing is told, however long
        """Return the reply at once."""
        return self.reply


class ScriptedEngine:
    """Every call to start, get or cancel takes the next step: a reply to return, an error to raise.

    A delete takes the next step only if that is an error; what is deleted is lost to get.
    `verdict` and `model_shutdowns` are what it says of keys; with `reads_history` it asks what came
    before, as an engine does whose upstream has lost the chain. A call beyond the script is an
    error of the test.
    """

    def __init__(self, *steps: Step, verdict: KeyVerdict | Exception = KeyVerdict.GOOD) -> None:
        self.steps = deque(steps)
        self.verdict = verdict
        self.model_shutdowns: Mapping[str, date] = {}
        self.deleted: set[str] = set()
        self.keys: list[str] = []
        self.prompts: list[Prompt] = []
        self.calls: list[str] = []
        self.times_to_begin: list[timedelta] = []
        self.reads_history = False

    def opened_with(self, api_key: str) -> "ScriptedEngine":
        """Return itself: what an `EngineFactory` does."""
        self.keys.append(api_key)
        return self

    def then(self, *steps: Step) -> None:
        """Go on with the script."""
        self.steps.extend(steps)

    def assert_complete(self) -> None:
        """Check that the script was played to its end."""
        assert not self.steps, f"never asked for: {list(self.steps)}"

    def check_key(self) -> KeyCheck:
        """Ask whether the key is good, and which models will be shut down."""
        self.calls.append("check_key")
        if isinstance(self.verdict, Exception):
            raise self.verdict
        return KeyCheck(self.verdict, self.model_shutdowns)

    def start(
        self, prompt: Prompt, *, within: timedelta = TIME_TO_BEGIN
    ) -> AbstractContextManager[LiveReply]:
        """Start work on a message; it tells nothing by itself."""
        self.times_to_begin.append(within)
        return self._started(prompt)

    @contextmanager
    def _started(self, prompt: Prompt) -> Iterator[LiveReply]:
        self.prompts.append(prompt)
        if self.reads_history:
            prompt.history()
        yield _Silent(self._next("start"))

    def get(self, response_id: str) -> Reply:
        """Return where the work stands."""
        if response_id in self.deleted:
            raise OperationFailedError("OpenAI no longer has the answer", code="response_lost")
        return self._next(f"get {response_id}")

    def cancel(self, response_id: str) -> Reply:
        """Stop the work and return where it stands: it may have been done already."""
        return self._next(f"cancel {response_id}")

    def delete(self, response_id: str) -> None:
        """Stop the work if it goes on, and have it gone; what is gone already is no error."""
        self.calls.append(f"delete {response_id}")
        step = self.steps[0] if self.steps else None
        if isinstance(step, Exception):
            self.steps.popleft()
            raise step
        self.deleted.add(response_id)

    def _next(self, call: str) -> Reply:
        self.calls.append(call)
        assert self.steps, f"the script has no step for {call}"
        step = self.steps.popleft()
        if isinstance(step, Exception):
            raise step
        return step
