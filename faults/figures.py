"""One line of figures, and whether they are good enough."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, quantiles
from typing import Any

from faults.records import TurnRecord, kinds
from faults.upstream_books import UpstreamBooks

MOST_EXTRA_CALLS = 3
# Seconds from the disturbance, for the deployed functions with the product's own leases.
LONGEST_WAIT = 120
ZERO = (
    "lost",
    "duplicated",
    "reordered",
    "locked",
    "overwritten",
    "open",
    "orphans_unexplained",
    "wrong_keys",
    "canaries_leaked",
    "left_due",
    "left_counted",
)
DEPLOYED_KINDS = ("kill chat", "kill poller", "execution stopped", "upstream restarted")
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
    events = sum((kinds(record.events) for record in records), Counter[str]())
    # What a mix adds is told apart.
    endings = Counter(record.code for record in records if record.code and not record.mixed)
    mixed = Counter(record.mixed for record in records if record.mixed)
    return {
        "turns": len(records),
        "faults": faults.total(),
        "faults_by_kind": dict(sorted(faults.items())),
        "events": events.total(),
        "events_by_kind": dict(sorted(events.items())),
        "answered": sum(record.is_answered for record in records),
        "never_accepted": sum(record.run is None for record in records),
        "ended_as_scripted": dict(sorted(endings.items())),
        "ended_by_mixing": dict(sorted(mixed.items())),
        "lost": sum(record.lost for record in records),
        "duplicated": sum(record.duplicated for record in records),
        "reordered": sum(record.reordered for record in records),
        "locked": sum(record.locked for record in records),
        "overwritten": sum(record.overwritten for record in records),
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
    missed = [name for name in ZERO if figures.get(name)]
    if figures["extra_upstream_calls_per_turn"]["max"] > MOST_EXTRA_CALLS:
        missed.append("extra_upstream_calls_per_turn")
    deployed = figures.get("deployed")
    return missed + [f"deployed {name}" for name in (missed_deployed(deployed) if deployed else ())]


def missed_deployed(figures: Figures) -> list[str]:
    """Return which promises the deployed functions break; a fault that never came is one."""
    missed = [name for name in ZERO if figures.get(name)]
    missed += [f"no {kind}" for kind in DEPLOYED_KINDS if not figures["faults_by_kind"].get(kind)]
    if figures["extra_upstream_calls"] > MOST_EXTRA_CALLS:
        missed.append("extra_upstream_calls")
    if figures["longest_wait_seconds"] > LONGEST_WAIT:
        missed.append("longest_wait_seconds")
    return missed


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:  # noqa: PLR2004 - of one value there is no quantile
        return values[0] if values else None
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 3)
