"""Where bytes wait, and where our copies are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import File, UploadFile

# Bytes of a file's beginning that tell its type.
HEAD_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Form:
    """A presigned POST: one file of the stated size and type, to one key, until a time."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Inspection:
    """What bytes are: how many, their SHA-256 in hex, their first `HEAD_BYTES`.

    `is_text` if all of them are UTF-8 without a NUL.
    """

    size: int
    sha256: str
    head: bytes
    is_text: bool


class Source(Protocol):
    """Bytes to be sent, read as they are sent. Raises FileNotFoundError if they are gone."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on, `length` in all, a few at a time."""
        ...


class Staging(Protocol):
    """Bytes that have come and are not ours yet, at the `place` of a file of an upload.

    They are gone after a day.
    """

    def form(self, file: UploadFile) -> Form:
        """Return a form that takes the bytes of a file: its stated size, no more and no fewer."""
        ...

    def put(self, file: UploadFile, content: bytes) -> None:
        """Keep bytes that came in a request."""
        ...

    def inspect(self, file: UploadFile) -> Inspection | None:
        """Read the bytes of a file once through, None if there are none."""
        ...

    def delete(self, file: UploadFile) -> None:
        """Have the bytes gone; that there are none is no error."""
        ...


class CopyRepository(Protocol):
    """Our copies, from which files can be sent again."""

    def keep(self, staged: UploadFile, file: File) -> None:
        """Copy staged bytes, as they were inspected. Raises FileNotFoundError if they are gone."""
        ...

    def source(self, file: File) -> Source:
        """Return the bytes of a file."""
        ...

    def delete(self, user_id: int, file_id: str) -> None:
        """Have a copy gone; that there is none is no error."""
        ...

    def delete_all(self, user_id: int) -> None:
        """Have all copies and staged bytes of a user gone."""
        ...
