"""Execution environments that start anew when the sources they run have changed."""

import importlib.util
import os
import threading
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime

from local.runtime.serve import SOURCES

# A busy laptop may need longer than AWS allows a function to begin.
INIT_SECONDS = 60.0
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
            current: Stamp = {}
            self._visit(self._root, current)
            changed = [path for path in current if current[path] != self._last.get(path)]
            if self._last:
                _forget_byte_code(changed)
            self._last = current
            return hash(frozenset(current.items()))

    def _visit(self, folder: str, into: Stamp) -> None:
        modified = os.stat(folder).st_mtime_ns
        if self._listings.get(folder, (None,))[0] != modified:
            self._listings[folder] = (modified, *_list(folder))
        _, files, folders = self._listings[folder]
        for path in files:
            status = os.stat(path)
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


_trees: dict[str, SourceTree] = {}


class Environment(lambda_runtime.ProvidedWorker):
    """ministack's, but it ends itself before an invocation if its sources are no longer the same."""

    _sources: tuple[int, ...] = ()

    def invoke(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        current = self._stamps()
        if current != self._sources and self._proc is not None:
            self._teardown()
        self._sources = current
        answer: dict[str, Any] = super().invoke(*args, **kwargs)
        return answer

    def _stamps(self) -> tuple[int, ...]:
        variables = (self.config.get("Environment") or {}).get("Variables") or {}
        folders = filter(None, variables.get(SOURCES, "").split(os.pathsep))
        return tuple(_trees.setdefault(each, SourceTree(Path(each))).stamp() for each in folders)

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.003, idle_confirm: float = 0.003, hard_cap: float = 0.25
    ) -> str:
        """A function that logs nothing is not waited for: 50 ms a call otherwise."""
        lines: str = super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)
        return lines


def install() -> None:
    """Have every `provided.*` function run in our environments."""
    lambda_runtime._PROVIDED_INIT_TIMEOUT = INIT_SECONDS
    lambda_runtime.ProvidedWorker = Environment
