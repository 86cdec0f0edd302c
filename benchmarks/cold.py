"""How long a function takes from its process's beginning to its first answer."""

import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.start.cases import Case, cases
from benchmarks.start.environment import Start, first_answer
from benchmarks.start.tenant import UNLIMITED
from local.ports import Ports
from local.up import LocalCloud

GROUP = "cold start"
# Of functions that do not call OpenAI, and of those that do.
GOALS = (0.40, 0.65)
ROUNDS = 15
OK = 200


class UnexpectedAnswerError(Exception):
    """What was measured is not what should have been."""


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the ratios to the baseline. Raises NoAnswerError, UnexpectedAnswerError."""
    with (
        tempfile.TemporaryDirectory() as data,
        LocalCloud(Ports.free(), Path(data), parameters=UNLIMITED) as cloud,
    ):
        asked = cases(cloud, GOALS)
        # The first round fills the page cache, and is not counted.
        seen = [_round(asked) for _ in range(rounds + 1)][1:]
    starts = {name: [each[name] for each in seen] for name in asked}
    return [_figure(name, case, starts) for name, case in asked.items()]


def _round(asked: Mapping[str, Case]) -> dict[str, Start]:
    """Start everything once, one after the other: what disturbs one disturbs its neighbours."""
    return {name: _start(name, case) for name, case in asked.items()}


def _start(name: str, case: Case) -> Start:
    start = first_answer(case.code, case.event())
    if start.answer["statusCode"] != OK:
        raise UnexpectedAnswerError(f"{name}: {start.answer}")
    return start


def _figure(name: str, case: Case, starts: Mapping[str, list[Start]]) -> Figure:
    times = [start.milliseconds for start in starts[name]]
    median = statistics.median(times)
    detail = {
        "median_ms": round(median),
        "fastest_ms": round(min(times)),
        "slowest_ms": round(max(times)),
        "peak_mib": round(max(start.peak_mib for start in starts[name])),
        "starts": len(times),
    }
    if case.against is None:
        return Figure(GROUP, name, round(median), "ms", detail=detail)
    against = [start.milliseconds for start in starts[case.against]]
    # Of each round: what slows the machine for a while slows both.
    ratio = statistics.median(a / b for a, b in zip(times, against, strict=True))
    return Figure(GROUP, name, ratio, "x", goal=case.goal, detail=detail)
