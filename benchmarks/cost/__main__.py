"""`python -m benchmarks.cost`: the cost model's figures, service by service."""

from rich.console import Console
from rich.table import Table

from benchmarks.cost.measuring import measure


def main() -> None:
    """Print a row for each figure."""
    figures = measure()
    services = sorted({name for each in figures for name in each.detail or {}})
    table = Table("USD", *services, "total", "goal")
    for each in figures:
        parts = [f"{(each.detail or {}).get(name, 0):.4f}" for name in services]
        goal = "" if each.goal is None else f"{each.goal:g}"
        table.add_row(each.what, *parts, f"{each.value:.4f}", goal)
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
