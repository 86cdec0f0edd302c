"""What becomes of a folder's files, counted while it happens."""

from abc import ABC, abstractmethod
from threading import Lock

from afterglow_cli.tally import Tally


class Progress(ABC):
    """Counts what becomes of a folder's files, and shows it. Any thread may count.

    All sizes are in bytes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.tally = Tally()

    def begin_sending(self, files: int, size: int) -> None:
        """Begin to look at files, and to send those that are not there."""
        with self._lock:
            self.tally.files, self.tally.size = files, size
            self.sending_began()

    def resize(self, change: int) -> None:
        """Take note that a file has more bytes than was thought, or fewer."""
        with self._lock:
            self.tally.size += change

    def check(self, path: str) -> None:
        """Count a file whose bytes are wanted, however often they are asked for."""
        with self._lock:
            self.tally.checked.add(path)
            self.moved()

    def spare(self, path: str, size: int) -> None:
        """Count a file that is there already."""
        with self._lock:
            self.tally.checked.add(path)
            self.tally.known += 1
            self.tally.size -= size
            self.moved()

    def fail(self, path: str, size: int) -> None:
        """Count a file that does not go."""
        with self._lock:
            self.tally.checked.add(path)
            self.tally.failed += 1
            self.tally.size -= size
            self.moved()

    def move(self, size: int) -> None:
        """Count bytes sent; negative if they have to go again."""
        with self._lock:
            self.tally.moved += size
            self.moved()

    def send(self) -> None:
        """Count a file that is sent."""
        with self._lock:
            self.tally.sent += 1
            self.moved()

    def end_sending(self) -> None:
        """Take note that nothing more is sent."""
        with self._lock:
            self.sending_ended()

    def index(self, *, expected: int, indexed: int = 0, refused: int = 0) -> None:
        """Say how far the indexing is; it begins with none."""
        with self._lock:
            has_begun = self.tally.expected > 0
            self.tally.expected, self.tally.indexed = expected, indexed
            self.tally.refused = refused
            if has_begun:
                self.indexing_moved()
            else:
                self.indexing_began()

    @abstractmethod
    def sending_began(self) -> None:
        """Show that files are looked at and sent."""

    @abstractmethod
    def moved(self) -> None:
        """Show how far that is."""

    @abstractmethod
    def sending_ended(self) -> None:
        """Show that it is over."""

    @abstractmethod
    def indexing_began(self) -> None:
        """Show that files are indexed."""

    @abstractmethod
    def indexing_moved(self) -> None:
        """Show how far that is."""
