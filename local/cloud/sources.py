"""Noticing that sources have changed, cheaply enough to ask before every invocation."""

import importlib.util
import os
import threading
from pathlib import Path

ATTEMPTS = 5
Stamp = dict[str, tuple[int, int]]


class SourceTree:
    """The Python files below a folder. Folders are listed again only when they have changed."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._listings: dict[str, tuple[int, list[str], list[str]]] = {}
        self._last: Stamp = {}
        self._lock = threading.Lock()

    def stamp(self) -> int:
        """A number that is another one after any file was changed, added or removed."""
        with self._lock:
            current = self._now()
            changed = [path for path in current if current[path] != self._last.get(path)]
            if self._last:
                _forget_byte_code(changed)
            self._last = current
            return hash(frozenset(current.items()))

    def _now(self) -> Stamp:
        for _ in range(ATTEMPTS):
            current: Stamp = {}
            try:
                self._visit(self._root, current)
            except FileNotFoundError:
                # An editor replaces a file in two steps.
                self._listings.clear()
            else:
                return current
        return {}

    def _visit(self, folder: str, into: Stamp) -> None:
        modified = os.stat(folder).st_mtime_ns  # noqa: PTH116 - a Path for each would be most of it
        if self._listings.get(folder, (None,))[0] != modified:
            self._listings[folder] = (modified, *_list(folder))
        _, files, folders = self._listings[folder]
        for path in files:
            status = os.stat(path)  # noqa: PTH116
            into[path] = (status.st_mtime_ns, status.st_size)
        for path in folders:
            self._visit(path, into)


def _list(folder: str) -> tuple[list[str], list[str]]:
    with os.scandir(folder) as found:
        entries = [entry for entry in found if not entry.name.startswith((".", "__pycache__"))]
    files = [entry.path for entry in entries if entry.name.endswith(".py")]
    return files, [entry.path for entry in entries if entry.is_dir()]


def _forget_byte_code(changed: list[str]) -> None:
    """Python tells byte code from its source by whole seconds; two edits may share one."""
    for path in changed:
        Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
