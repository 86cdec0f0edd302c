"""Functions with another engine than OpenAI's, through their own seam."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from afterglow import bootstrap
from afterglow.ports.engine import EngineFactory
from afterglow.services.runs import RunService
from afterglow.services.turns import TurnService
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
    runs = _runs(engines)
    turns = _turns(runs)
    keys = replace(bootstrap.credential_service(), engines=engines)
    overridden: list[tuple[str, Callable[[], object], object]] = [
        ("chat", bootstrap.turn_service, turns),
        ("runs", bootstrap.run_service, runs),
        ("settings", bootstrap.credential_service, keys),
    ]
    for function, service, double in overridden:
        function_module(function).app.dependency_overrides[service] = lambda double=double: double
    try:
        yield
    finally:
        for function, _, _ in overridden:
            function_module(function).app.dependency_overrides.clear()


def _runs(engines: EngineFactory) -> RunService:
    real = bootstrap.run_service()
    watcher = replace(real.watcher, sleep=_nap)
    starter = replace(real.driver.starter, sleep=_nap)
    return replace(
        real,
        engines=replace(real.engines, factory=engines),
        watcher=watcher,
        driver=replace(real.driver, starter=starter, watcher=watcher),
    )


def _turns(runs: RunService) -> TurnService:
    return replace(bootstrap.turn_service(), runs=runs, engines=runs.engines, driver=runs.driver)
