"""How far it is: bars on a terminal, now and then a line elsewhere. All of it on stderr."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich import progress as bars
from rich.console import Console
from rich.filesize import decimal

from afterglow_cli.speech import remark

# In seconds.
_BETWEEN_LINES = 5.0


class Progress(ABC):
    """Counts files and bytes of one thing after the other, and shows them. Any thread may count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.begin("", 0)

    def begin(self, label: str, files: int, size: int = 0) -> None:
        """Begin with something: so many files, of so many bytes, 0 if bytes are not counted."""
        with self._lock:
            self.label, self.files, self.size = label, files, size
            self.files_over = self.bytes_over = 0
            self.began()

    def move(self, size: int) -> None:
        """Count bytes; negative if they have to go again."""
        with self._lock:
            self.bytes_over += size
            self.moved()

    def end(self, files: int = 1) -> None:
        """Count files that are over, well or not."""
        with self._lock:
            self.files_over += files
            self.moved()

    @abstractmethod
    def began(self) -> None:
        """Show that something new has begun."""

    @abstractmethod
    def moved(self) -> None:
        """Show how far it is."""

    @property
    def of_files(self) -> str:
        """How many files of how many are over."""
        return f"{self.files_over:,} of {self.files:,} files"

    @property
    def of_bytes(self) -> str:
        """How many bytes of how many are over."""
        return f"{decimal(self.bytes_over)} of {decimal(self.size)}"


class Bars(Progress):
    """A bar for the files, and one for their bytes."""

    def __init__(self, display: bars.Progress) -> None:
        self._display = display
        self._tasks: list[bars.TaskID] = []
        super().__init__()

    def began(self) -> None:
        """Put the bars under those there are."""
        amounts = [(self.label, self.files)] + ([("", self.size)] if self.size else [])
        self._tasks = [
            self._display.add_task(label, total=total, amount="", visible=bool(self.files))
            for label, total in amounts
        ]

    def moved(self) -> None:
        """Move the bars."""
        amounts = [(self.files_over, self.of_files), (self.bytes_over, self.of_bytes)]
        for task, (over, amount) in zip(self._tasks, amounts, strict=False):
            self._display.update(task, completed=over, amount=amount)


class Lines(Progress):
    """A line at the beginning, and one every few seconds."""

    def __init__(self) -> None:
        self._next_line = 0.0
        super().__init__()

    def began(self) -> None:
        """Say what has begun."""
        if self.files:
            size = f", {decimal(self.size)}" if self.size else ""
            remark(f"{self.label}: {self.files:,} files{size}")
            self._next_line = time.monotonic() + _BETWEEN_LINES

    def moved(self) -> None:
        """Say how far it is, unless that was said just now."""
        if time.monotonic() >= self._next_line:
            size = f", {self.of_bytes}" if self.size else ""
            remark(f"{self.label}: {self.of_files}{size}")
            self._next_line = time.monotonic() + _BETWEEN_LINES


@contextmanager
def shown() -> Iterator[Progress]:
    """Return what shows progress here, until it is over."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (
        bars.TextColumn("{task.description:<8}"),
        bars.BarColumn(),
        bars.TextColumn("{task.fields[amount]}"),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as display:
        yield Bars(display)
