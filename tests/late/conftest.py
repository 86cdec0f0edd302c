"""What was seen, for the end of the run."""

from collections.abc import Callable

import pytest

Say = Callable[[str], None]
_said: list[str] = []


@pytest.fixture
def say() -> Say:
    """Return what keeps a line for the end of the run."""
    return _said.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was seen."""
    for line in _said:
        terminalreporter.write_line(line)
