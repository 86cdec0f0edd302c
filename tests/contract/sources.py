"""Bytes to be sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# A prime number of bytes, so that no part of a file is like another.
PATTERN = hashlib.shake_256(b"afterglow").digest(65_521)


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A `Source` of a few bytes, a few at a time."""

    name: str
    content: bytes
    step: int = 1000

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.content)

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on, `length` in all."""
        end = self.size if length is None else start + length
        for at in range(start, end, self.step):
            yield self.content[at : min(at + self.step, end)]


@dataclass(frozen=True, slots=True)
class GeneratedSource:
    """A `Source` of many bytes that are nowhere: what is moved is seen to be something else."""

    name: str
    size: int

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on, `length` in all."""
        end = self.size if length is None else start + length
        while start < end:
            chunk = PATTERN[start % len(PATTERN) :][: end - start]
            yield chunk
            start += len(chunk)


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """A `Source` that ends too early, in good order or with an error."""

    name: str
    size: int
    has: int
    error: Exception | None = None

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return what is there of the bytes."""
        end = self.size if length is None else start + length
        if self.has > start:
            yield bytes(min(self.has, end) - start)
        if self.has < end and self.error is not None:
            raise self.error
