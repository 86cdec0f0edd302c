"""The deployed poller and sweeper with another engine and another clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from afterglow import bootstrap
from afterglow.ports.clock import Clock
from afterglow.ports.engine import EngineFactory
from afterglow.services.polling import RunPoller

# How long a request waits for its answer.
BUDGET = timedelta(seconds=24)


def poller_with(engines: EngineFactory, now: Clock, sleep: Callable[[float], None]) -> RunPoller:
    """Return the poller as it is deployed, but for engine and clock."""
    real = bootstrap.run_poller()
    watcher = replace(real.driver.watcher, now=now, sleep=sleep)
    readier = replace(real.driver.starter.readier, now=now, sleep=sleep)
    starter = replace(real.driver.starter, readier=readier, now=now, sleep=sleep)
    shelving = replace(real.prompting.shelving, now=now)
    return replace(
        real,
        driver=replace(real.driver, now=now, watcher=watcher, starter=starter),
        engines=replace(real.engines, factory=engines),
        prompting=replace(real.prompting, shelving=shelving),
        youth=BUDGET,
        now=now,
    )


@contextmanager
def looked_after_by(
    engines: EngineFactory, now: Clock, sleep: Callable[[float], None]
) -> Iterator[None]:
    """Let the poller's and the sweeper's function use this engine and this clock."""
    poller = poller_with(engines, now, sleep)
    sweeper = replace(bootstrap.sweeper(), poller=poller, now=now)
    with (
        patch.object(bootstrap, "run_poller", lambda: poller),
        patch.object(bootstrap, "sweeper", lambda: sweeper),
        patch.object(bootstrap, "now", now),
    ):
        yield
