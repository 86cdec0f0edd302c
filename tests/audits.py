"""What a piece of code asks of the file system, as Python's audit hooks tell."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_EVENTS = ("os.", "shutil.", "glob.", "pathlib.", "tempfile.")


@dataclass(frozen=True, slots=True)
class FileSystemCall:
    """One call, and a path that it was given."""

    event: str
    path: str


# An audit hook cannot be taken away again: this one tells whoever is recording.
_recordings: list[list[FileSystemCall]] = []


@contextmanager
def file_system_calls() -> Iterator[list[FileSystemCall]]:
    """Record which paths are opened, listed, made, moved or removed meanwhile, in any thread.

    An import is recorded too. What only asks whether there is something (`os.stat`, `os.access`)
    raises no audit event, so it is not seen.
    """
    calls: list[FileSystemCall] = []
    _recordings.append(calls)
    try:
        yield calls
    finally:
        _recordings[:] = [others for others in _recordings if others is not calls]


def mentioning(calls: Iterable[FileSystemCall], text: str) -> list[FileSystemCall]:
    """Return those whose path has this text in it."""
    return [call for call in calls if text in call.path]


def _record(event: str, arguments: tuple[Any, ...]) -> None:
    if not _recordings or not (event == "open" or event.startswith(_EVENTS)):
        return
    # After the path, `open` is given a mode.
    paths = arguments[:1] if event == "open" else arguments
    for path in paths:
        if isinstance(path, str | bytes | os.PathLike):
            for calls in _recordings:
                calls.append(FileSystemCall(event, os.fsdecode(path)))


sys.addaudithook(_record)
