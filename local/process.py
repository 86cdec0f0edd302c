"""A server of the local run as a child process that never outlives us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import httpx2

from local.environment import inherited
from local.runtime.serve import PROJECT

STOP_SECONDS = 10.0
START_SECONDS = 60.0


class StartError(Exception):
    """A server did not come up."""


class Child:
    """`python -m MODULE ... --exit-with-parent`; its output is in one log file."""

    def __init__(self, name: str, module: str, arguments: Iterable[object], log: Path) -> None:
        self.name = name
        self.log = log
        if log.exists():
            log.replace(log.with_suffix(".old.log"))
        command = [sys.executable, "-m", module, *map(str, arguments), "--exit-with-parent"]
        with open(log, "wb", opener=_open_private) as output:
            self._process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=inherited(),
                # The child reads it to notice our end.
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches us only; we end the children in order.
                start_new_session=True,
                umask=0o077,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self, url: str) -> None:
        """Return when the URL answers 200; raise StartError with the log's end if it never does."""
        deadline = time.monotonic() + START_SECONDS
        with httpx2.Client(trust_env=False, timeout=5) as client:
            while not _answers(client, url):
                if not self.running or time.monotonic() > deadline:
                    raise StartError(self.explain())
                time.sleep(0.05)

    def explain(self) -> str:
        """What became of it, with the last lines it wrote."""
        code = self._process.poll()
        fate = "does not answer" if code is None else f"ended with status {code}"
        lines = self.log.read_text(errors="replace").splitlines()[-12:]
        return "\n".join([f"The {self.name} {fate}. Its log, {self.log}, ends with:", *lines])

    def stop(self) -> None:
        """Ask it to stop; insist if it does not."""
        self._process.terminate()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would, and whatever it has started."""
        self._process.kill()
        self._process.wait()
        # A group of zombies is none to macOS.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._process.stdin:
            self._process.stdin.close()


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx2.TransportError:
        return False
