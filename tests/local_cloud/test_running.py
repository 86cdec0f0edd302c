"""The commands beside `up` find what it runs with by its folder."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.folder import hold
from local.ports import Ports
from local.running import NotRunningError, Running, record, running_on
from tests.local_cloud.command import PROJECT, read_until_up, started

UPSTREAM = "http://127.0.0.1:1/v1"
RUNNING = Running(Ports(1001, 1002, 1003), UPSTREAM)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    descriptor = hold(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def beside(data: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell that knows nothing of the cloud but its folder."""
    env = {name: at for name, at in os.environ.items() if not name.startswith("OPENAI_")}
    return subprocess.run(
        [sys.executable, "-m", "local", command, "--data", str(data)],
        cwd=PROJECT,
        env=env | {"PORT": "8080"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("upstream", [UPSTREAM, None])
def test_what_runs_is_found(tmp_path: Path, upstream: str | None) -> None:
    running = RUNNING._replace(openai_base_url=upstream)
    with held(tmp_path):
        record(tmp_path, running)

        assert running_on(tmp_path) == running


def test_what_has_ended_runs_no_more(tmp_path: Path) -> None:
    with held(tmp_path):
        record(tmp_path, RUNNING)

    with pytest.raises(NotRunningError, match="is `make run` up"):
        running_on(tmp_path)


@pytest.mark.parametrize("command", ["deploy", "logs"])
def test_nothing_to_speak_to_is_one_line(tmp_path: Path, command: str) -> None:
    ended = beside(tmp_path, command)

    assert ended.returncode == 1
    assert ended.stdout.strip() == f"Error: No local cloud is up on {tmp_path}: is `make run` up?"
    assert ended.stderr == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.e2e
def test_a_deployment_keeps_port_and_upstream(ports: Ports, tmp_path: Path) -> None:
    key = "sk-local-of-an-upstream-0001"
    with started(
        ports.front, tmp_path, "--no-demo", OPENAI_BASE_URL=UPSTREAM, OPENAI_API_KEY=key
    ) as process:
        read_until_up(process)
        before = (tmp_path / "deployment.json").read_text()

        again = beside(tmp_path, "deploy")
        logged = beside(tmp_path, "logs")

    assert (again.returncode, again.stdout) == (0, "Nothing has changed.\n")
    assert (tmp_path / "deployment.json").read_text() == before
    assert f":{ports.cloud}/" in json.loads(before)["apiUrl"]
    assert logged.returncode == 0, logged.stdout
    assert key not in (tmp_path / "running.json").read_text()
