"""What the processes of a local cloud keep in memory while they are at work, from /proc."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median
from typing import Self

PROC = Path("/proc")
KIB_PER_MIB = 1024
# Of the run: what comes before is warming up.
WARM_UP = 0.3
FORK_SERVER = "local.runtime.fork_server"


@dataclass(frozen=True, slots=True)
class Sample:
    """MiB of one process that no other shares, so many seconds after the beginning."""

    seconds: float
    kind: str
    pid: int
    mib: float


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of the processes of a kind from warm-up to the end, the median of them.

    `ratio` is the last to the first by the line that fits best, `slope` MiB a minute.
    """

    processes: int
    first: float
    slope: float
    ratio: float


@dataclass
class Sampler:
    """Looks every few seconds at the processes of the kinds given, by the pids of their roots."""

    roots: Mapping[str, int]
    every: float = 5.0
    samples: list[Sample] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(self.every):
            now = time.monotonic() - began
            for pid, kind in kinds(self.roots).items():
                if (mib := private_mib(pid)) is not None:
                    self.samples.append(Sample(now, kind, pid, mib))


def kinds(roots: Mapping[str, int]) -> dict[int, str]:
    """Return the kind of each process: a root's own, or `functions` for what serves a function.

    The emulator starts a fork server, whose children are the functions' processes.
    """
    found = {pid: kind for kind, pid in roots.items()}
    parents = dict(_parents())
    for pid, parent in parents.items():
        if FORK_SERVER in _command(parent) and parents.get(parent) in found:
            found[pid] = "functions"
    return found


def growth(samples: list[Sample]) -> dict[str, Growth]:
    """Return how each kind grew: of processes that were there from warm-up to the end."""
    last = max(sample.seconds for sample in samples)
    series: defaultdict[tuple[str, int], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.seconds >= WARM_UP * last:
            series[sample.kind, sample.pid].append(sample)
    full = max(map(len, series.values()))
    lines: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for (kind, _), seen in series.items():
        if len(seen) == full:
            lines[kind].append(_line(seen))
    return {kind: _median(each) for kind, each in sorted(lines.items())}


def private_mib(pid: int) -> float | None:
    """Return the MiB that only this process has, None if it has ended."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    fields = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return sum(int(kib) for _, kib, *_ in fields) / KIB_PER_MIB


def _line(seen: list[Sample]) -> tuple[float, float, float]:
    """Return the value at the beginning, the slope a minute, and the end to the beginning."""
    times = [sample.seconds / 60 for sample in seen]
    slope, intercept = linear_regression(times, [sample.mib for sample in seen])
    first, last = (intercept + slope * moment for moment in (times[0], times[-1]))
    return first, slope, last / first


def _median(lines: list[tuple[float, float, float]]) -> Growth:
    first, slope, ratio = (median(column) for column in zip(*lines, strict=True))
    return Growth(len(lines), round(first, 1), round(slope, 3), round(ratio, 3))


def _parents() -> list[tuple[int, int]]:
    found = []
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found.append((int(path.parent.name), int(fields[1])))
    return found


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
