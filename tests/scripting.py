"""Functions with another engine than OpenAI's, through their own seam."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from afterglow import bootstrap
from afterglow.ports.engine import EngineFactory
from tests.delivery import function_module
from tests.fakes.engine import ScriptedEngine


def _nap(seconds: float) -> None:
    """Wait a little of the time: how long waits are is the watcher's own test."""
    time.sleep(seconds / 20)


@contextmanager
def answering(engine: ScriptedEngine) -> Iterator[ScriptedEngine]:
    """Let one engine answer every user."""
    with opened_by(engine.opened_with):
        yield engine


@contextmanager
def opened_by(engines: EngineFactory) -> Iterator[None]:
    """Let engines be opened this way."""
    watcher = replace(bootstrap.turn_service().watcher, sleep=_nap)
    turns = replace(bootstrap.turn_service(), engines=engines, watcher=watcher)
    keys = replace(bootstrap.credential_service(), engines=engines)
    chat, settings = function_module("chat").app, function_module("settings").app
    chat.dependency_overrides[bootstrap.turn_service] = lambda: turns
    settings.dependency_overrides[bootstrap.credential_service] = lambda: keys
    try:
        yield
    finally:
        chat.dependency_overrides.clear()
        settings.dependency_overrides.clear()
