"""The cross-tenant matrix: its people, and its figure at the end of the run."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.engine import ScriptedEngine
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import uploading_to
from tests.matrix import figures
from tests.matrix.world import World, build
from tests.scripting import answering
from tests.tables import empty_tables
from tests.uploading import worked_off_by_machines
from tests.wiretap import Wiretap

FIGURES = "cross-tenant matrix"


@pytest.fixture(scope="module")
def settled(aws: Wiretap) -> Iterator[World]:
    """Return people who have settled in, once for all cells."""
    assert aws is not None
    empty_tables()
    upstream = InMemoryUpstream()
    with (
        answering(ScriptedEngine()) as engine,
        uploading_to(upstream.opened_with),
        worked_off_by_machines(),
    ):
        yield build(engine, upstream)
    empty_tables()


@pytest.fixture
def world(settled: World) -> World:
    """Return the people with what they had at first."""
    settled.restore()
    return settled


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have a worker tell what it found."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[FIGURES] = figures.leaks_of


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker found."""
    figures.leaks_of.update(getattr(node, "workeroutput", {}).get(FIGURES, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figure."""
    if figures.leaks_of:
        terminalreporter.write_line(figures.summary())
