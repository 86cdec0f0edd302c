"""Two local clouds, one with nothing in it, and locust against both."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.load.memory import Sampler, growth
from benchmarks.load.report import figures, read
from local.ports import Ports
from local.runtime.serve import PROJECT
from local.up import LocalCloud

HERE = Path(__file__).parent
LOCUST = PROJECT / ".tools" / "locust" / "bin" / "locust"
NO_UPSTREAM = "http://127.0.0.1:1/v1"
MUCH = "1000000"
# Everybody is patient but the one who is to be refused: nobody else talks as often as this.
PARAMETERS = dict.fromkeys(
    (
        "AnonymousPerMinute",
        "ChatsPerDay",
        "KeyChangesPerDay",
        "KeyChangesPerMinute",
        "RegistrationsPerHour",
        "ThreadsPerHour",
        "UploadsPerHour",
    ),
    MUCH,
) | {"ChatsPerMinute": "40"}
# Locust's own: it ends with 1 where a request failed, which the figures tell as well.
FAILED = 1


class LoadError(Exception):
    """Locust did not run; its output tells why."""


def run(folder: Path, *, minutes: float, users: int, say: bool = True) -> list[Figure]:
    """Have users at work for so long and return the figures. Raises LoadError."""
    with _clouds(folder) as (cloud, empty):
        roots = {name: child.pid for name, child in cloud.children.items()}
        roots["emulator"] = roots.pop("cloud")
        with Sampler(roots) as sampler:
            _locust(folder, cloud.front_url, empty.front_url, minutes, users, quiet=not say)
        return figures(read(folder / "load_stats.csv"), growth(sampler.samples))


@contextmanager
def _clouds(folder: Path) -> Iterator[tuple[LocalCloud, LocalCloud]]:
    with LocalCloud(Ports.free(), folder / "cloud", parameters=PARAMETERS) as cloud:
        template = HERE / "empty" / "template.yaml"
        with LocalCloud(
            Ports.free(), folder / "empty", openai_base_url=NO_UPSTREAM, template=template
        ) as empty:
            yield cloud, empty


def _locust(  # noqa: PLR0913 - what the command line is told
    folder: Path, front: str, empty: str, minutes: float, users: int, *, quiet: bool
) -> None:
    seconds = round(minutes * 60)
    command = [str(LOCUST), "--headless", "--locustfile", str(HERE / "locustfile.py")]
    # Two more: who is hasty, and who calls what does nothing.
    command += ["--host", front, "--users", str(users + 2), "--spawn-rate", "1"]
    command += ["--run-time", f"{seconds}s", "--stop-timeout", "70"]
    command += ["--csv", str(folder / "load"), "--only-summary"]
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT),
        "LOAD_EMPTY_URL": empty,
        "NO_PROXY": "127.0.0.1",
    }
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(  # noqa: S603
        command, cwd=PROJECT, env=environment, check=False, stdout=output
    )
    if done.returncode not in {0, FAILED}:
        raise LoadError(f"locust ended with {done.returncode}")
