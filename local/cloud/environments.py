"""Execution environments that start anew when the sources they run have changed."""

import os
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.cloud.sources import SourceTree
from local.runtime.serve import SOURCES

# A busy laptop may need longer than AWS allows a function to begin.
INIT_SECONDS = 60.0


_trees: dict[str, SourceTree] = {}
_stopped = threading.Event()


class Environment(lambda_runtime.ProvidedWorker):  # type: ignore[misc]
    """ministack's, but it starts anew for an invocation if its sources are no longer the same."""

    _sources: tuple[int, ...] = ()

    def invoke(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        current = self._stamps()
        if current != self._sources and self._proc is not None:
            self._teardown()
        self._sources = current
        try:
            answer: dict[str, Any] = super().invoke(*args, **kwargs)
        except RuntimeError as error:
            return self._never_begun(error)
        return answer

    def _never_begun(self, error: RuntimeError) -> dict[str, Any]:
        """An answer with what was written, say of a syntax error; ministack's drops the log."""
        kind = getattr(error, "error_type", "Runtime.Unknown")
        return {
            "status": "error",
            "error_payload": {"errorMessage": str(error), "errorType": kind},
            "log": self._drain_stderr() or str(error),
        }

    def _await_init(self, init_timeout: float | None = None) -> None:
        if _stopped.is_set():
            raise lambda_runtime.ProvidedRuntimeError("The cloud is stopping", "Runtime.ExitError")
        super()._await_init(init_timeout)

    def _stamps(self) -> tuple[int, ...]:
        folders = filter(None, _variables(self.config).get(SOURCES, "").split(os.pathsep))
        return tuple(_trees.setdefault(each, SourceTree(Path(each))).stamp() for each in folders)

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.003, idle_confirm: float = 0.003, hard_cap: float = 0.25
    ) -> str:
        """A function that logs nothing is not waited for: 50 ms a call otherwise."""
        lines: str = super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)
        return lines


def install(hidden: Collection[str]) -> None:
    """Have every `provided.*` function run in our environments, without the hidden variables."""
    lambda_runtime._PROVIDED_INIT_TIMEOUT = INIT_SECONDS
    lambda_runtime.ProvidedWorker = Environment
    build = lambda_svc._provided_worker_env

    def built(config: dict[str, Any], *place: Any) -> dict[str, str]:
        declared = _variables(config)
        variables = build(config, *place)
        log_format = (config.get("LoggingConfig") or {}).get("LogFormat", "Text")
        return {
            name: value
            for name, value in variables.items()
            if name in declared or name not in hidden
        } | {"AWS_LAMBDA_LOG_FORMAT": log_format.upper()}

    lambda_svc._provided_worker_env = built


def stop() -> None:
    """Cut off what is running, at once; let nothing begin."""
    _stopped.set()
    with lambda_runtime._lock:
        workers = [worker for workers in lambda_runtime._workers.values() for worker in workers]
    for worker in workers:
        lambda_runtime._signal(worker._proc)


def _variables(config: dict[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
    return variables
