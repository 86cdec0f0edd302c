"""`python -m benchmarks.load --minutes 10 --users 12`."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from benchmarks.load.running import run
from local.folder import write

RESULTS = Path(__file__).parents[1] / "results.json"
KEY = "load"


def main(
    *,
    minutes: Annotated[float, typer.Option(min=0.2)] = 10,
    users: Annotated[int, typer.Option(min=1)] = 12,
    results: Annotated[Path, typer.Option(help="Where the figures are kept, as `load`.")] = RESULTS,
) -> None:
    """Have users at work on a local cloud, print figures, end with 1 where a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        found = run(Path(folder), minutes=minutes, users=users)
    show(found)
    keep(results, {"minutes": minutes, "users": users}, found)
    raise typer.Exit(int(any(each.met is False for each in found)))


def show(figures: list[Figure]) -> None:
    """Print a row for each figure."""
    table = Table("load", "value", "unit", "goal", "detail")
    for each in figures:
        goal = "" if each.goal is None else f"{each.goal:g}"
        detail = ", ".join(f"{name} {value}" for name, value in (each.detail or {}).items())
        table.add_row(each.what, f"{each.value:g}", each.unit, goal, detail)
    Console(width=150).print(table)


def keep(results: Path, asked: dict[str, Any], figures: list[Figure]) -> None:
    """Put the figures into the results, beside what others have measured."""
    content = json.loads(results.read_text()) if results.exists() else {"figures": []}
    content[KEY] = asked | {"figures": [each.as_record() for each in figures]}
    write(results, content)


if __name__ == "__main__":
    typer.run(main)
