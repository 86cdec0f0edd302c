"""The bytes of local files: what they are, and that they still are when they are sent."""

import hashlib
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

from afterglow_cli.errors import FileFailure
from afterglow_cli.service import Wanted
from afterglow_cli.walking import MAX_FILE_BYTES, LocalFile

CHANGED = "It changed while it was read; run the command again"
_CHUNK = 1024 * 1024
# A pipe in the file's place would have us wait for whoever writes into it.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


class Reading(io.BufferedReader):
    """A file that is read from its beginning to its end, if it is what it was.

    Before its end it raises FileFailure if it is not: whatever takes its bytes never has all that
    it was promised. `on_bytes` is told how many bytes are read.
    """

    def __init__(self, location: Path, wanted: Wanted, on_bytes: Callable[[int], None]) -> None:
        super().__init__(_opened(location))
        self._wanted = wanted
        self._on_bytes = on_bytes
        self._digest = hashlib.sha256()
        self._count = 0
        if os.fstat(self.fileno()).st_size != wanted.size:
            self.close()
            raise FileFailure(CHANGED)

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes. Raises FileFailure if they are not those that are wanted."""
        try:
            chunk = super().read(size)
        except OSError as error:
            raise FileFailure(str(error.strerror)) from None
        self._digest.update(chunk)
        self._count += len(chunk)
        self._on_bytes(len(chunk))
        is_last = self._count >= self._wanted.size or not chunk
        if is_last and not self._is_wanted():
            raise FileFailure(CHANGED)
        return chunk

    def take_back(self) -> None:
        """Have what was read count for nothing, before the file is closed."""
        self._on_bytes(-self._count)

    def _is_wanted(self) -> bool:
        is_whole = self._count == self._wanted.size
        return is_whole and self._digest.hexdigest() == self._wanted.sha256


def measure(file: LocalFile) -> Wanted:
    """Read a file once through, and return what there is to be sent. Raises FileFailure."""
    digest, size = hashlib.sha256(), 0
    with _opened(file.location) as content:
        while chunk := _read(content):
            digest.update(chunk)
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise FileFailure("Bigger than 512 MB")
    if size == 0:
        raise FileFailure("It is empty by now")
    return Wanted(file.path, size, digest.hexdigest())


def check_readable(file: LocalFile) -> None:
    """Check that a file can be read, without reading it. Raises FileFailure."""
    _opened(file.location).close()


def _opened(location: Path) -> io.FileIO:
    try:
        file = io.FileIO(os.open(location, _FLAGS))
    except OSError as error:
        raise FileFailure(str(error.strerror)) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileFailure("It is no file by now")
    return file


def _read(content: io.FileIO) -> bytes:
    try:
        return content.read(_CHUNK) or b""
    except OSError as error:
        raise FileFailure(str(error.strerror)) from None
