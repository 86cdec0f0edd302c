"""A local cloud with an upstream that takes its time, and hands that interfere."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from local.executions import Event, executions, history
from local.openai.control_client import ControlClient
from local.ports import Ports
from local.process import Child
from local.up import LocalCloud
from tests.e2e.visitor import Visitor

HOST = "127.0.0.1"


@dataclass
class Stage:
    """What a test of late answers needs."""

    cloud: LocalCloud
    openai: ControlClient
    restart_upstream: Callable[[], None]
    clients: ExitStack

    def visitor(self, name: str) -> Visitor:
        """Return someone with a key, an assistant and a thread, each with id 1."""
        client = httpx2.Client(base_url=self.cloud.front_url, timeout=40, trust_env=False)
        visitor = Visitor(self.clients.enter_context(client), name)
        visitor.settle_in()
        return visitor

    def history(self, run_id: str) -> list[Event]:
        """Return what the state machine did for a run, once it began."""
        return history(self.cloud.cloud_url, f"{run_id}-1")

    def status(self, run_id: str) -> str:
        """Return how the execution for a run stands."""
        found = executions(self.cloud.cloud_url, 100)
        (status,) = [each.status for each in found if each.name == f"{run_id}-1"]
        return status

    def kill_function(self, name: str) -> int:
        """Kill every environment of a function where it stands, and tell how many there were."""
        pids = [pid for pid in _processes() if f"{name}-" in _function_of(pid)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Run it all, with the stand-in as a process that may be restarted."""
    ports = Ports.free()
    url = f"http://{HOST}:{ports.openai}"

    def begin() -> Child:
        arguments = ["--port", ports.openai, "--data", folder / "openai"]
        child = Child("stand-in", "local.openai", arguments, folder / "stand-in.log")
        child.wait_until_ready(f"{url}/health")
        return child

    running = [begin()]

    def restart() -> None:
        running.pop().kill()
        running.append(begin())

    try:
        with (
            LocalCloud(ports, folder / "cloud", openai_base_url=f"{url}/v1") as cloud,
            ControlClient(url) as openai,
            ExitStack() as clients,
        ):
            yield Stage(cloud, openai, restart, clients)
    finally:
        running.pop().kill()


def until(happens: Callable[[], bool], *, seconds: float) -> float:
    """Wait until something happens and return how many seconds that took."""
    began = time.monotonic()
    while not happens():
        waited = time.monotonic() - began
        assert waited < seconds, f"not within {seconds} s"
        time.sleep(0.5)
    return time.monotonic() - began


def _processes() -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*"):
        yield int(path.name)


def _function_of(pid: int) -> str:
    """Return which function a process is an environment of, if it is one of ours."""
    try:
        pairs = Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
    variables = dict(pair.partition("=")[::2] for pair in pairs)
    return variables.get("AWS_LAMBDA_FUNCTION_NAME", "") if "connect.py" in command else ""
