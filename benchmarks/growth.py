"""How what DynamoDB bills grows with what there is: turns, pages of lists, sweeps."""

from typing import Any

from benchmarks.capacity.measuring import readings
from benchmarks.figures import Figure

GROUP = "growth"
TURN_GOAL = 1.05
FLAT = 1.0
# What is compared: a title, the scene with little behind it, the one with much, the goal.
COMPARED: tuple[tuple[str, str, str, float | None], ...] = (
    ("turn, 5,000 messages to 1", "turn at 1", "turn at 5000", TURN_GOAL),
    (
        "turn whose chain is lost, 5,000 messages to 1",
        "turn at 1",
        "turn at 5000, retold",
        None,
    ),
    ("page of 50 messages, of 5,000 to of 100", "messages of 100", "messages of 5000", FLAT),
    ("page of 50 runs, of 2,500 to of 100", "runs of 100", "runs of 2500", FLAT),
    ("page of 50 threads, of 5,000 to of 400", "threads of 400", "threads of 5000", FLAT),
    ("page of 50 threads, of 5,000 to of 100", "threads of 100", "threads of 5000", FLAT),
    ("sweep, 5,000 finished runs to none", "sweep at 0", "sweep at 5000", FLAT),
)


def measure() -> list[Figure]:
    """Return the ratios of units. Raises MeasuringError."""
    return compared(readings())


def compared(found: dict[str, dict[str, Any]]) -> list[Figure]:
    """Return the ratios of scenes' readings, a read unit counted as a write unit."""
    return [
        _ratio(title, found[little], found[much], goal) for title, little, much, goal in COMPARED
    ]


def _ratio(title: str, little: dict[str, Any], much: dict[str, Any], goal: float | None) -> Figure:
    value = _units(much) / _units(little)
    seen = {
        name: {"reads": each["reads"], "writes": each["writes"]}
        for name, each in (("little", little), ("much", much))
    }
    return Figure(GROUP, title, value, "x", goal=goal, detail=seen)


def _units(seen: dict[str, Any]) -> float:
    return float(seen["reads"] + seen["writes"])
