"""Staged bytes and our copies, in memory."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from afterglow.domain.models import File, UploadFile
from afterglow.ports.clock import Clock
from afterglow.ports.staging import HEAD_BYTES, Form, Inspection

VALIDITY = timedelta(minutes=5)
CHUNK_BYTES = 64 * 1024


@dataclass
class Buckets:
    """What is where: staged bytes by user, upload and number, copies by user and file."""

    staged: dict[tuple[int, str, int], bytes] = field(default_factory=dict)
    copies: dict[tuple[int, str], bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InMemorySource:
    """`Source` on a dict of copies."""

    buckets: Buckets
    file: File

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.file.size

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on, `length` in all, a few at a time."""
        end = self.size if length is None else min(start + length, self.size)
        for at in range(start, end, CHUNK_BYTES):
            try:
                content = self.buckets.copies[self.file.user_id, self.file.id]
            except KeyError:
                raise FileNotFoundError(self.file.id) from None
            yield content[at : min(at + CHUNK_BYTES, end)]


class InMemoryStaging:
    """`Staging` on a dict."""

    def __init__(self, buckets: Buckets, clock: Clock) -> None:
        self.buckets = buckets
        self.clock = clock

    def form(self, file: UploadFile) -> Form:
        """Return a form whose fields name the place."""
        fields = {
            "key": "staging/{:016d}/{}/{}".format(*_place(file)),
            "Content-Type": file.content_type or "application/octet-stream",
        }
        return Form("https://staging.invalid/", fields, self.clock() + VALIDITY)

    def put(self, file: UploadFile, content: bytes) -> None:
        """Keep bytes: those of a request, or in a test those that someone sends with a form."""
        self.buckets.staged[_place(file)] = content

    def inspect(self, file: UploadFile) -> Inspection | None:
        """Read the bytes of a file once through, None if there are none."""
        content = self.buckets.staged.get(_place(file))
        if content is None:
            return None
        return Inspection(
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            head=content[:HEAD_BYTES],
            is_text=_is_text(content),
        )

    def delete(self, file: UploadFile) -> None:
        """Have the bytes gone; that there are none is no error."""
        self.buckets.staged.pop(_place(file), None)


class InMemoryCopies:
    """`CopyRepository` on the same dicts."""

    def __init__(self, buckets: Buckets) -> None:
        self.buckets = buckets

    def keep(self, staged: UploadFile, file: File) -> None:
        """Copy staged bytes, as they were inspected. Raises FileNotFoundError if they are gone."""
        if (file.user_id, file.id) in self.buckets.copies:
            return
        content = self.buckets.staged.get(_place(staged))
        if content is None or hashlib.sha256(content).hexdigest() != file.sha256:
            raise FileNotFoundError(file.id)
        self.buckets.copies[file.user_id, file.id] = content

    def source(self, file: File) -> InMemorySource:
        """Return the bytes of a file."""
        return InMemorySource(self.buckets, file)

    def delete(self, user_id: int, file_id: str) -> None:
        """Have a copy gone; that there is none is no error."""
        self.buckets.copies.pop((user_id, file_id), None)

    def delete_all(self, user_id: int) -> None:
        """Have all copies and staged bytes of a user gone."""
        for staged in [key for key in self.buckets.staged if key[0] == user_id]:
            del self.buckets.staged[staged]
        for copy in [key for key in self.buckets.copies if key[0] == user_id]:
            del self.buckets.copies[copy]


def _place(file: UploadFile) -> tuple[int, str, int]:
    return file.user_id, *file.place


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
