"""An execution environment: the real awslambdaric in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.start.runtime_api import RuntimeApi

PROJECT = Path(__file__).parents[2]
BUILD = PROJECT / ".aws-sam" / "build"
TOOLS = PROJECT / ".tools" / "bench"
STACKS = Path(__file__).parent / "stacks"
HANDLER = "handler.lambda_handler"
# What AWS's runtime has: awslambdaric and boto3.
RUNTIME = TOOLS / "runtime"
LAYERS = (BUILD / "DependenciesLayer" / "python", BUILD / "CoreLayer" / "python")


@dataclass(frozen=True, slots=True)
class Code:
    """What is deployed: the function's folder, where its imports are, and its environment."""

    folder: Path
    paths: tuple[Path, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def built(cls, function: str, variables: Mapping[str, str]) -> "Code":
        """Return one of our functions as `sam build` has made it."""
        return cls(BUILD / function, (BUILD / function, *LAYERS, RUNTIME), variables)

    @classmethod
    def stack(cls, name: str, libraries: tuple[Path, ...], variables: Mapping[str, str]) -> "Code":
        """Return another stack's function of this folder."""
        return cls(STACKS / name, (STACKS / name, *libraries, RUNTIME), variables)


@dataclass(frozen=True, slots=True)
class Start:
    """How an environment began: milliseconds to the first answer, and the most memory in MiB."""

    milliseconds: float
    peak_mib: float
    answer: Any


@contextmanager
def running(code: Code, api: RuntimeApi) -> Iterator[subprocess.Popen[bytes]]:
    """Start an environment; it is killed in the end, as Lambda does."""
    # No user's or virtual environment's packages: the paths are all there is.
    command = [sys.executable, "-S", "-m", "awslambdaric", HANDLER]
    with subprocess.Popen(
        command, cwd=code.folder, env=_variables(code, api), stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_answer(code: Code, event: dict[str, Any]) -> Start:
    """Measure from spawning, or from a snapshot's restoring, to the first answer.

    Raises NoAnswerError.
    """
    with RuntimeApi() as api:
        api.ask(event)
        began = time.perf_counter()
        with running(code, api) as process:
            at, answer = api.answer()
            return Start((at - (api.restored_at or began)) * 1000, peak_mib(process.pid), answer)


def peak_mib(pid: int) -> float:
    """Return the most memory that a process has had (VmHWM), in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _variables(code: Code, api: RuntimeApi) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "measured",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_TASK_ROOT": str(code.folder),
        "PYTHONPATH": os.pathsep.join(map(str, code.paths)),
        # /var/task is read-only.
        "PYTHONDONTWRITEBYTECODE": "1",
        "_HANDLER": HANDLER,
        **code.variables,
    }
