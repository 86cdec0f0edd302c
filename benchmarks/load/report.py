"""What a run of locust came to: errors, refusals, percentiles, memory."""

import csv
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.load.conversation import REFUSED
from benchmarks.load.memory import Growth

GROUP = "load"
EMPTY = "GET empty function"
TOTAL = "Aggregated"
# Of a function's process, from warm-up to the end of the run.
FLAT = 1.05
Row = Mapping[str, str]


def read(stats: Path) -> dict[str, Row]:
    """Return locust's statistics by the name of the request."""
    with stats.open(newline="") as lines:
        return {row["Name"]: row for row in csv.DictReader(lines)}


def figures(rows: Mapping[str, Row], grown: Mapping[str, Growth]) -> list[Figure]:
    """Return the figures of a run. Raises KeyError if one of its parts did not happen."""
    total, refused, empty = rows[TOTAL], rows[REFUSED], float(rows[EMPTY]["95%"])
    detail = {"requests": int(total["Request Count"])}
    named = (name for name in rows if name not in {TOTAL, REFUSED, EMPTY})
    return [
        Figure(GROUP, "errors", int(total["Failure Count"]), "requests", goal=0, detail=detail),
        Figure(
            GROUP,
            "deliberate refusals",
            int(refused["Request Count"]),
            "requests",
            goal=1,
            better="more",
        ),
        Figure(GROUP, f"p95 {EMPTY}", empty, "ms"),
        *(_percentile(name, rows[name], empty) for name in named),
        *(_memory(kind, each) for kind, each in grown.items()),
    ]


def _percentile(name: str, row: Row, empty: float) -> Figure:
    value = float(row["95%"])
    detail = {
        "requests": int(row["Request Count"]),
        "median": float(row["50%"]),
        "to_empty": round(value / empty, 2),
    }
    return Figure(GROUP, f"p95 {name}", value, "ms", detail=detail)


def _memory(kind: str, grown: Growth) -> Figure:
    """Return how much memory grew. Only the functions are ours: the others keep what they did."""
    detail = {
        "processes": grown.processes,
        "mib": grown.first,
        "mib_per_minute": grown.slope,
    }
    goal = FLAT if kind == "functions" else None
    return Figure(GROUP, f"memory {kind}", grown.ratio, "x", goal=goal, detail=detail)
