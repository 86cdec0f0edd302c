"""What became of a folder, as it is told at the end."""

import sys
from collections.abc import Mapping

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from afterglow_cli.sending import Dispatch
from afterglow_cli.speech import printable, tell
from afterglow_cli.walking import Found


def tell_plan(found: Found) -> None:
    """Say what would be sent."""
    for file in found.files:
        tell(f"{printable(file.path)}  {decimal(file.size)}")
    tell(f"{_count(len(found.files))}, {decimal(found.size)}, would go to {_name(found)}/")
    _tell_passed_over(found)
    _tell_failures(found.failures)


def tell_outcome(found: Found, dispatch: Dispatch, failures: Mapping[str, str]) -> None:
    """Say what went, what was there already, and what did not go and why.

    What is among the failures is nothing else.
    """
    for label, files in (("went", dispatch.sent), ("there already", dispatch.known)):
        sizes = [size for path, size in files.items() if path not in failures]
        tell(f"{label:<14}{_count(len(sizes)):>14}  {decimal(sum(sizes))}")
    tell(f"{'did not go':<14}{_count(len(failures)):>14}")
    _tell_passed_over(found)
    _tell_failures(failures)


def _tell_passed_over(found: Found) -> None:
    if found.passed_over:
        reasons = ", ".join(f"{count:,} {why}" for why, count in sorted(found.passed_over.items()))
        tell(f"Passed over: {reasons}")


def _tell_failures(failures: Mapping[str, str]) -> None:
    lines = [(printable(path), printable(why)) for path, why in sorted(failures.items())]
    if not lines:
        return
    if not sys.stdout.isatty():
        for path, why in lines:
            tell(f"{path}: {why}")
        return
    table = Table("did not go", "why", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for path, why in lines:
        table.add_row(Text(path), Text(why))
    Console().print(table)


def _count(files: int) -> str:
    return f"{files:,} file" if files == 1 else f"{files:,} files"


def _name(found: Found) -> str:
    return printable(found.name)
