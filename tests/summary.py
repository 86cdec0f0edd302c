"""Lines for the end of the run, whichever worker found them."""

from typing import Any

import pytest

NAME = "lines of the summary"
LINES: list[str] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have a worker tell its lines."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[NAME] = LINES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take a worker's lines."""
    LINES.extend(getattr(node, "workeroutput", {}).get(NAME, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print them."""
    for line in LINES:
        terminalreporter.write_line(line)
