"""`python -m local up` as a user starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.local_cloud.processes import descendants, kill

PROJECT = Path(__file__).parents[2]
UP = "Ctrl-C ends it."


@contextmanager
def started(
    port: int, data: Path, *options: str, **variables: str
) -> Iterator[subprocess.Popen[str]]:
    """The running command; nothing of it is left afterwards."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    command = [sys.executable, "-m", "local", "up", "--port", str(port), "--data", str(data)]
    with subprocess.Popen(
        [*command, *options],
        cwd=PROJECT,
        env=env | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            for pid in descendants(process.pid):
                kill(pid)


def read_until_up(process: subprocess.Popen[str]) -> str:
    """What it prints until it stays up."""
    assert process.stdout
    output = ""
    for line in process.stdout:
        output += line
        if UP in line:
            break
    assert UP in output, output
    return output


def run_up(
    port: int, data: Path, *options: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command, which is to end by itself."""
    with started(port, data, *options, **variables) as process:
        output, _ = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output)
