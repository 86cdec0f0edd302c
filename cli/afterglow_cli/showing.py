"""How far it is: bars on a terminal, now and then a line elsewhere. All of it on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress as bars
from rich.console import Console
from rich.filesize import decimal

from afterglow_cli.progress import Progress
from afterglow_cli.speech import remark

# In seconds.
_BETWEEN_LINES = 5.0


class Bars(Progress):
    """A bar for the files looked at, one for the bytes sent, one for the files indexed."""

    def __init__(self, display: bars.Progress) -> None:
        super().__init__()
        self._display = display

    def sending_began(self) -> None:
        """Put the first two bars there."""
        self._checked = self._display.add_task("Checked", amount="")
        self._sent = self._display.add_task("Sent", amount="")
        self.moved()

    def moved(self) -> None:
        """Move the first two bars."""
        tally, update = self.tally, self._display.update
        checked, files = len(tally.checked), tally.files
        update(self._checked, completed=checked, total=files, amount=tally.of_checked)
        update(self._sent, completed=tally.moved, total=tally.size, amount=tally.of_sent)

    def sending_ended(self) -> None:
        """Leave the bars as they are."""

    def indexing_began(self) -> None:
        """Put the last bar there."""
        self._indexed = self._display.add_task("Indexed", amount="")
        self.indexing_moved()

    def indexing_moved(self) -> None:
        """Move the last bar."""
        tally = self.tally
        over, total = tally.indexed + tally.refused, tally.expected
        self._display.update(self._indexed, completed=over, total=total, amount=tally.of_indexed)


class Lines(Progress):
    """A line at the beginning and at the end, and one every few seconds in between."""

    def __init__(self) -> None:
        super().__init__()
        self._next_line = 0.0

    def sending_began(self) -> None:
        """Say what is looked at."""
        self._say(f"Checking {self.tally.files:,} files, {decimal(self.tally.size)}")

    def moved(self) -> None:
        """Say how far it is, unless something was said just now."""
        if time.monotonic() >= self._next_line:
            self.sending_ended()

    def sending_ended(self) -> None:
        """Say how far it is."""
        self._say(f"Checked {self.tally.of_checked}. Sent {self.tally.of_sent}")

    def indexing_began(self) -> None:
        """Say what is indexed."""
        self._say(f"Indexing {self.tally.expected:,} files")

    def indexing_moved(self) -> None:
        """Say how far it is, unless something was said just now and there is more to come."""
        is_over = self.tally.indexed + self.tally.refused >= self.tally.expected
        if is_over or time.monotonic() >= self._next_line:
            self._say(f"Indexed {self.tally.of_indexed}")

    def _say(self, text: str) -> None:
        remark(text)
        self._next_line = time.monotonic() + _BETWEEN_LINES


@contextmanager
def shown() -> Iterator[Progress]:
    """Return what shows progress here, until it is over."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (
        bars.TextColumn("{task.description:<7}"),
        bars.BarColumn(bar_width=20),
        bars.TextColumn("{task.fields[amount]}"),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as display:
        yield Bars(display)
