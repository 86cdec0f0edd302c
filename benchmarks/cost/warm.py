"""What other measures have found out, in place of what is assumed."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results.json"
GROUP = "warm time"


def with_measured(assumed: dict[str, Any], results: Path = RESULTS) -> dict[str, Any]:
    """Return the assumptions, with the largest ratio of warm time that was measured, if any."""
    ratio = measured_ratio(results)
    if ratio is None:
        return assumed
    return assumed | {"durations": assumed["durations"] | {"warm_ratio": ratio}}


def measured_ratio(results: Path) -> float | None:
    """Return the largest ratio of a handler's time to its AWS calls' time, None without any."""
    if not results.exists():
        return None
    records = json.loads(results.read_text())["figures"]
    ratios = [each["value"] for each in records if (each["group"], each["unit"]) == (GROUP, "x")]
    return max(ratios, default=None)
