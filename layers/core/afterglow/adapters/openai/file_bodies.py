"""Bytes of a file as the body of a request: read as they are sent, of a length known before."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, BinaryIO

from afterglow.domain.errors import OperationFailedError
from afterglow.ports.staging import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# As much as the SDK takes at a time.
_READ_BYTES = 64 * 1024


@contextmanager
def body_of(source: Source, start: int, length: int) -> Iterator[BinaryIO]:
    """Return `length` bytes of a source from `start` on, to be read while it is open."""
    with BufferedReader(_SourceBytes(source, start, length), _READ_BYTES) as body:
        yield body


class _SourceBytes(RawIOBase):
    """A part of a source. Whoever reads it gets the source's errors as they are."""

    def __init__(self, source: Source, start: int, length: int) -> None:
        self._source = source
        self._start = start
        self._length = length
        self._position = 0
        self._rest = memoryview(b"")
        self._chunks: Iterator[bytes] | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it has a length, which is found by seeking its end."""
        return True

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go on reading somewhere else."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        if base + offset != self._position:
            self._hang_up()
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read what is there, at least a byte before the end. Raises what the source raises."""
        target = memoryview(buffer).cast("B")
        wanted = min(len(target), self._length - self._position)
        if wanted <= 0:
            return 0
        if not self._rest:
            self._rest = memoryview(self._next())
        read, self._rest = self._rest[:wanted], self._rest[wanted:]
        target[: len(read)] = read
        self._position += len(read)
        return len(read)

    def close(self) -> None:
        """Read no more."""
        self._hang_up()
        super().close()

    def _next(self) -> bytes:
        if self._chunks is None:
            left = self._length - self._position
            self._chunks = self._source.chunks(self._start + self._position, left)
        for chunk in self._chunks:
            if chunk:
                return chunk
        # Without this, it would look as if the connection had failed.
        raise OperationFailedError("The file has fewer bytes than it had", code="file_cut_short")

    def _hang_up(self) -> None:
        if isinstance(self._chunks, Generator):
            self._chunks.close()
        self._chunks, self._rest = None, memoryview(b"")
