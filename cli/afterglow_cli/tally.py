"""How many of a folder's files are looked at, sent and indexed, and how to say so."""

from dataclasses import dataclass, field

from rich.filesize import decimal


@dataclass(slots=True)
class Tally:
    """Counts of files; `size` and `moved` are bytes: those to be sent, and those sent.

    Of the `files` found, the service, or the file itself, has said of the `checked` paths that they
    are to be sent, `known` (there already) or `failed`. Nobody knows how many of the others are to
    be sent: until then all of them may be. Of those that arrived or were there, `expected` are to
    be indexed, and `refused` will not be.
    """

    files: int = 0
    size: int = 0
    checked: set[str] = field(default_factory=set)
    known: int = 0
    failed: int = 0
    sent: int = 0
    moved: int = 0
    expected: int = 0
    indexed: int = 0
    refused: int = 0

    @property
    def to_send(self) -> int:
        """How many files were sent or are to be, at most."""
        return self.files - self.known - self.failed

    @property
    def of_checked(self) -> str:
        """How many files of how many are looked at, and what was not to be sent of them."""
        counts = f"{len(self.checked):,} of {_files(self.files)}"
        known = f", {self.known:,} there already" if self.known else ""
        return counts + known + (f", {self.failed:,} did not go" if self.failed else "")

    @property
    def of_sent(self) -> str:
        """How many files and bytes of how many are sent."""
        if len(self.checked) < self.files:
            files = f"at most {_files(self.to_send)}"
        elif self.to_send:
            files = _files(self.to_send)
        else:
            return "0 files"
        return f"{self.sent:,} of {files}, {decimal(self.moved)} of {decimal(self.size)}"

    @property
    def of_indexed(self) -> str:
        """How many files of how many are indexed."""
        refused = f", {self.refused:,} did not go" if self.refused else ""
        return f"{self.indexed:,} of {_files(self.expected)}{refused}"


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"
