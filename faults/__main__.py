"""`python -m faults --turns 2000 --seed 7`."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from faults.figures import missed_bars
from faults.infrastructure import infrastructure

STDOUT = 1


class Order(StrEnum):
    """In which order a turn is written."""

    PROTOCOL = "protocol"
    NAIVE = "naive"


def main(  # noqa: PLR0913 - the options of a command
    *,
    turns: Annotated[int, typer.Option(min=1)] = 2000,
    seed: int = 1,
    order: Order = Order.PROTOCOL,
    lanes: Annotated[int, typer.Option(min=1, max=64)] = 6,
    broken: Annotated[
        str | None, typer.Option(help="Break the product: ends, fence or answer.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only the plans whose names begin so.")] = "",
    deployed: Annotated[bool, typer.Option(help="Attack the deployed functions, too.")] = True,
    folder: Annotated[Path | None, typer.Option(help="Where logs and records are kept.")] = None,
) -> None:
    """Have turns go wrong in every way, and print one line of figures.

    Ends with 1 when a promise is broken; with the naive order or a broken product, when none is.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        kept = folder or Path(temporary)
        with infrastructure(kept) as where:
            # Only now: the settings are read once.
            from faults.broken import Broken  # noqa: PLC0415
            from faults.campaign import Wanted, held  # noqa: PLC0415

            is_naive = order is Order.NAIVE
            wanted = Wanted(turns, seed, is_naive, lanes, Broken(broken) if broken else None, only)
            with _apart(where.folder / "functions.log"):
                figures = held(where, wanted, _say)
        is_doomed = is_naive or wanted.broken is not None
        if deployed and not is_doomed:
            from faults.deployed import hold_deployed  # noqa: PLC0415

            figures["deployed"] = hold_deployed(kept / "deployed")
        missed = missed_bars(figures)
        typer.echo(json.dumps(figures | {"missed": missed}))
        if missed and not is_doomed:
            typer.echo((kept / "broken.txt").read_text()[:5000], err=True)
    raise typer.Exit(int(bool(missed) is not is_doomed))


@contextmanager
def _apart(log: Path) -> Iterator[None]:
    """Keep what the services write to standard output away from ours."""
    with log.open("ab") as file:
        ours = os.dup(STDOUT)
        os.dup2(file.fileno(), STDOUT)
        try:
            yield
        finally:
            sys.stdout.flush()
            os.dup2(ours, STDOUT)
            os.close(ours)


def _say(progress: str) -> None:
    sys.stderr.write(f"{progress}\n")


if __name__ == "__main__":
    typer.run(main)
