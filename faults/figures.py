"""One line of figures, and whether they are good enough."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, quantiles
from typing import Any

from faults.records import TurnRecord, kinds
from faults.upstream_books import UpstreamBooks

MOST_EXTRA_CALLS = 3
ZERO = (
    "lost",
    "duplicated",
    "reordered",
    "locked",
    "orphans_unexplained",
    "wrong_keys",
    "canaries_leaked",
    "left_due",
    "left_counted",
)
# What turns, faults and everything else are counted as.
Figures = dict[str, Any]


def figures_of(
    records: Sequence[TurnRecord], books: UpstreamBooks, struck: Mapping[str, int]
) -> Figures:
    """Return the figures of all turns; `struck` says how often each script did."""
    faults = sum((kinds(record.faults) for record in records), Counter[str]())
    faults.update({f"upstream {name}": count for name, count in struck.items()})
    recoveries = [record.recovery for record in records if record.recovery is not None]
    extra = books.extra_calls
    endings = Counter(record.code for record in records if record.code and not record.is_answered)
    return {
        "turns": len(records),
        "faults": faults.total(),
        "faults_by_kind": dict(sorted(faults.items())),
        "answered": sum(record.is_answered for record in records),
        "never_accepted": sum(record.run is None for record in records),
        "ended_without_answer": dict(sorted(endings.items())),
        "lost": sum(record.lost for record in records),
        "duplicated": sum(record.duplicated for record in records),
        "reordered": sum(record.reordered for record in records),
        "locked": sum(record.locked for record in records),
        "orphans": books.orphans,
        "orphans_running": books.running,
        "orphans_unexplained": len(books.unexplained),
        "wrong_keys": len(books.wrong_keys),
        "p50_recovery_seconds": _quantile(recoveries, 50),
        "p95_recovery_seconds": _quantile(recoveries, 95),
        "extra_upstream_calls_per_turn": {
            "mean": round(mean(extra), 3) if extra else 0,
            "max": max(extra, default=0),
        },
    }


def missed_bars(figures: Figures) -> list[str]:
    """Return which promises the figures break."""
    zero = ("lost", "duplicated", "reordered", "locked", "orphans_unexplained", "wrong_keys")
    missed = [
        name for name in (*zero, "canaries_leaked", "left_due", "left_counted") if figures.get(name)
    ]
    if figures["extra_upstream_calls_per_turn"]["max"] > MOST_EXTRA_CALLS:
        missed.append("extra_upstream_calls_per_turn")
    deployed = figures.get("deployed", {})
    return missed + [f"deployed {name}" for name in ZERO if deployed.get(name)]


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:  # noqa: PLR2004 - of one value there is no quantile
        return values[0] if values else None
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 3)
