"""The scenes' readings, measured once in a process of their own."""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]


class MeasuringError(Exception):
    """A scene did not go as it should; its output tells why."""


@cache
def readings() -> dict[str, dict[str, Any]]:
    """Return each scene's reading by its name; see `reading.Reading`. Raises MeasuringError.

    A process of its own: whoever asks may have set other settings, or moto up otherwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "readings.json"
        command = [sys.executable, "-m", "benchmarks.capacity", str(found)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise MeasuringError(f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        result: dict[str, dict[str, Any]] = json.loads(found.read_text())
    return result
