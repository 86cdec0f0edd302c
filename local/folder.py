"""A folder that only this user looks into, and only one process at a time works on."""

import fcntl
import json
import os
import time
from pathlib import Path

from local.ports import ELSEWHERE

# Processes of a run that was killed need a moment to notice it.
PATIENCE = 3.0


class FolderTakenError(Exception):
    """Another process works on the folder."""


def private_folder(path: Path) -> Path:
    """Make a folder that other users cannot look into and git does not take in."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(path, 0o700)  # noqa: PTH101 - an existing one, too
    ignored = path / ".gitignore"
    if not ignored.exists():
        ignored.touch(mode=0o600)
        ignored.write_text("*\n")
    return path


def write(path: Path, content: object) -> None:
    """Write JSON that other users cannot read, whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=2) + "\n")
    os.replace(draft, path)  # noqa: PTH105


def hold(folder: Path, patience: float = PATIENCE) -> int:
    """Lock the folder until the descriptor is closed or this process ends, however it does."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise FolderTakenError(_explain(folder)) from None
            time.sleep(0.1)
        else:
            return descriptor


def _explain(folder: Path) -> str:
    return (
        f"Another Afterglow is running on {folder}. Stop that one, or start this one beside it: "
        f".venv/bin/python -m local up --port {ELSEWHERE} --data {folder.name}-2"
    )
