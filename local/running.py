"""What `up` runs with, for the commands beside it."""

import fcntl
import json
from pathlib import Path
from typing import NamedTuple

from local.folder import write
from local.ports import Ports

NAME = "running.json"


class NotRunningError(Exception):
    """No local cloud is up on the folder."""


class Running(NamedTuple):
    """A local cloud that is up. `openai_base_url` is None for the stand-in."""

    ports: Ports
    openai_base_url: str | None


def record(data: Path, running: Running) -> None:
    """Note what runs on a folder."""
    ports, openai_base_url = running
    write(data / NAME, {"ports": ports._asdict(), "openaiBaseUrl": openai_base_url})


def running_on(data: Path) -> Running:
    """What was noted; raise NotRunningError if nothing was or it is not up any more."""
    try:
        noted = json.loads((data / NAME).read_text())
        is_up = _is_held(data)
    except FileNotFoundError:
        is_up = False
    if not is_up:
        raise NotRunningError(f"No local cloud is up on {data}: is `make run` up?")
    return Running(Ports(**noted["ports"]), noted["openaiBaseUrl"])


def _is_held(data: Path) -> bool:
    """Whether somebody has the lock of `local.folder.hold`; a killed process has none."""
    with (data / "lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
