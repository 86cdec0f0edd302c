"""What a process has started, and whether it still runs."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """A process and all that it started."""
    found = {pid}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found |= descendants(int(path.parent.name))
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that are still running; a zombie is not."""
    return {pid for pid in pids if _state(pid) not in {"Z", "X"}}


def wait_until_gone(pids: set[int], seconds: float) -> set[int]:
    """Those that are still running after that time."""
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive(pids)


def kill(pid: int) -> None:
    """End a process as `kill -9` does, if it has not ended yet."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"
