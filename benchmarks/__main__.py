"""`python -m benchmarks [NAME …]`: measure, print a table, keep the figures."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from local.folder import write

RESULTS = Path(__file__).parent / "results.json"
# Modules with a `measure`. The model of costs comes last: it reads what the others have found.
MEASURES = {
    "cold": "benchmarks.cold",
    "warm": "benchmarks.warm",
    "throughput": "benchmarks.throughput",
    "growth": "benchmarks.growth",
    "packages": "benchmarks.packages",
    "cost": "benchmarks.cost.measuring",
}


def main(
    names: Annotated[list[str] | None, typer.Argument(help="; ".join(MEASURES))] = None,
    results: Annotated[Path, typer.Option(help="Where the figures are kept.")] = RESULTS,
) -> None:
    """Measure what is named, else everything. A goal that is missed is no error: it is shown."""
    console = Console(width=130)
    for name in names or MEASURES:
        if name not in MEASURES:
            raise typer.BadParameter(f"{name} is none of {', '.join(MEASURES)}")
        found = import_module(MEASURES[name]).measure()
        keep(results, found)
        console.print(table(found))


def table(figures: list[Figure]) -> Table:
    """Return a row for each figure."""
    made = Table("group", "what", "value", "goal", "met", "detail")
    for each in figures:
        goal = "" if each.goal is None else f"{'≤' if each.better == 'less' else '≥'} {each.goal:g}"
        met = {None: "", True: "yes", False: "no"}[each.met]
        detail = ", ".join(f"{name} {value}" for name, value in (each.detail or {}).items())
        made.add_row(each.group, each.what, f"{each.value:.3g} {each.unit}", goal, met, detail)
    return made


def keep(results: Path, figures: list[Figure]) -> None:
    """Put figures in the place of those of their groups, and note the day and the machine."""
    content = json.loads(results.read_text()) if results.exists() else {"figures": []}
    groups = {each.group for each in figures}
    others = [each for each in content["figures"] if each["group"] not in groups]
    content["figures"] = others + [each.as_record() for each in figures]
    content["measured"] = content.get("measured", {}) | dict.fromkeys(sorted(groups), _here())
    write(results, content)


def _here() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    typer.run(main)
