"""What the matrix found, for the end of the run."""

leaks_of: dict[str, list[str]] = {}


def record(cell: str, leaks: list[str]) -> None:
    """Note what a cell leaked, most often nothing."""
    leaks_of[cell] = leaks


def summary() -> str:
    """Return the figure."""
    leaks = sum(map(len, leaks_of.values()))
    return f"cross-tenant matrix: {len(leaks_of)} cells, {leaks} leaks"
