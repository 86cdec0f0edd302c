"""`python -m local up` as a process: it says what happens and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from local.ports import Ports
from tests.local_cloud.command import PROJECT, read_until_up, started
from tests.local_cloud.processes import descendants, kill, wait_until_gone

pytestmark = pytest.mark.e2e
# Two servers, the stand-in, the fork server and a function.
PROCESSES = 6


@pytest.fixture
def up(ports: Ports, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, once it stays up; a function has been called."""
    with started(ports.front, tmp_path, "--no-demo") as process:
        read_until_up(process)
        assert httpx2.get(f"http://127.0.0.1:{ports.front}/api/user").status_code == 401
        yield process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process(
    up: subprocess.Popen[str], number: signal.Signals, ports: Ports
) -> None:
    started = descendants(up.pid)
    assert len(started) >= PROCESSES

    up.send_signal(number)

    assert up.wait(20) == 0
    assert up.stdout
    assert "Everything is stopped." in up.stdout.read()
    assert not wait_until_gone(started, 2)
    ports.ensure_free(*Ports._fields, patience=0)


def test_an_interrupt_while_it_is_still_importing_is_no_error() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "local", "up", "--help"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stderr
        next(line for line in process.stderr if "typer" in line)
        process.send_signal(signal.SIGINT)
        said = [line for line in process.stderr if not line.startswith("import time:")]

    assert process.returncode == 1
    assert said == ["\n", "Stopped before anything was started.\n"]


def test_nothing_outlives_a_killed_command(up: subprocess.Popen[str], ports: Ports) -> None:
    started = descendants(up.pid)

    kill(up.pid)

    assert not wait_until_gone(started, 10)
    ports.ensure_free(*Ports._fields, patience=0)


def test_nothing_outlives_a_killed_cloud(up: subprocess.Popen[str], tmp_path: Path) -> None:
    started = descendants(up.pid)

    kill(_child(started, "local.cloud"))

    assert up.wait(20) == 1
    assert up.stdout
    output = up.stdout.read()
    assert "The cloud ended with status -9." in output
    assert str(tmp_path / "logs" / "cloud.log") in output.replace("\n", "")
    assert not wait_until_gone(started, 5)


def test_health_tells_when_the_stand_in_is_gone(up: subprocess.Popen[str], ports: Ports) -> None:
    url = f"http://127.0.0.1:{ports.front}/health"
    assert httpx2.get(url).json() == {"status": "ok"}
    # It does not answer, but it has not ended.
    stand_in = _child(descendants(up.pid), "local.openai")

    os.kill(stand_in, signal.SIGSTOP)
    try:
        answer = httpx2.get(url, timeout=20)
    finally:
        os.kill(stand_in, signal.SIGCONT)

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


def _child(pids: set[int], module: str) -> int:
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in pids}
    return next(pid for pid, command in commands.items() if module in command)
