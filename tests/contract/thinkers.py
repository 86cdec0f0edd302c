"""Engines, once scripted and once on OpenAI's wire, and a hand that makes them answer."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.models import Message
from afterglow.ports.engine import (
    NO_FILES,
    Engine,
    KeyVerdict,
    Prompt,
    PromptFiles,
    Reply,
    ReplyState,
)
from local.openai.control_client import ControlClient
from tests.examples import SPEC, a_run, a_thread
from tests.fakes.engine import ScriptedEngine, done, working


def a_prompt(
    message: str = "Can you help me?",
    *,
    head: str | None = None,
    unseen: Sequence[Message] = (),
    history: Sequence[Message] = (),
    files: PromptFiles = NO_FILES,
    **spec: Any,
) -> Prompt:
    """Return what an engine is asked."""
    defaults: dict[str, Any] = {"model": "gpt-6-luna", "temperature": None, "tools": ()}
    return Prompt(
        run=a_run(a_thread(), spec=replace(SPEC, **defaults | spec)),
        message=message,
        head_response_id=head,
        unseen=unseen,
        history=lambda: history,
        files=files,
    )


def begun(engine: Engine, prompt: Prompt) -> Reply:
    """Return how work on a prompt begins, listening no longer."""
    with engine.start(prompt) as live:
        return live.reply


class Thinker(Protocol):
    """An engine that thinks until it is told to be done."""

    @property
    def engine(self) -> Engine:
        """Return the engine."""
        ...

    @property
    def engine_with_bad_key(self) -> Engine:
        """Return one whose key nobody takes."""
        ...

    def start(self) -> Reply:
        """Start on a message."""
        ...

    def look(self, reply: Reply) -> Reply:
        """Ask for unfinished work."""
        ...

    def finish(self, reply: Reply, text: str) -> None:
        """Let the work be done."""
        ...

    def be_cancelled(self, reply: Reply) -> None:
        """Expect the work to be cancelled."""
        ...

    def list_models(self, shutdowns: Mapping[str, date]) -> None:
        """Let there be these models, with their last days."""
        ...


class Scripted:
    """The fake."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine(working())
        self.engine_with_bad_key = ScriptedEngine(verdict=KeyVerdict.REJECTED)

    def start(self) -> Reply:
        """Start on a message."""
        return begun(self.engine, a_prompt())

    def look(self, reply: Reply) -> Reply:
        """Ask for unfinished work."""
        self.engine.then(working(reply.response_id))
        return self.engine.get(reply.response_id)

    def finish(self, reply: Reply, text: str) -> None:
        """Let the work be done."""
        self.engine.then(done(text, reply.response_id))

    def be_cancelled(self, reply: Reply) -> None:
        """Expect the work to be cancelled."""
        self.engine.then(Reply(reply.response_id, ReplyState.CANCELLED))

    def list_models(self, shutdowns: Mapping[str, date]) -> None:
        """Let there be these models, with their last days."""
        self.engine.model_shutdowns = shutdowns


@dataclass
class OnTheWire:
    """The adapter, with the stand-in at the other end."""

    control: ControlClient
    url: str
    key: str

    def __post_init__(self) -> None:
        self.control.configure(hold=True)
        self.engine = OpenAIEngine(self.key, self.url)
        self.engine_with_bad_key = OpenAIEngine("sk-invalid-" + "0" * 20, self.url)

    def start(self) -> Reply:
        """Start on a message."""
        return begun(self.engine, a_prompt())

    def look(self, reply: Reply) -> Reply:
        """Ask for unfinished work."""
        return self.engine.get(reply.response_id)

    def finish(self, reply: Reply, text: str) -> None:
        """Let the work be done."""
        self.control.release(reply.response_id, text=text)
        until = time.monotonic() + 5
        while self.engine.get(reply.response_id).state is ReplyState.WORKING:
            assert time.monotonic() < until
            time.sleep(0.02)

    def be_cancelled(self, reply: Reply) -> None:
        """Expect the work to be cancelled."""

    def list_models(self, shutdowns: Mapping[str, date]) -> None:
        """Let there be these models, with their last days."""
        models = [
            {"id": model, "object": "model", "shutdown_date": day.isoformat()}
            for model, day in shutdowns.items()
        ]
        self.control.patch({"data": models}, path="/v1/models", method="GET")
