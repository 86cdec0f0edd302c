"""`afterglow restore`: a deployment's tables as they were at a moment."""

from typing import Annotated

import typer

from afterglow_cli.admin import DEFAULT_STACK, Profile, Region, Stack

Suffix = Annotated[
    str, typer.Option("--from-suffix", help="What the restored tables' names have more at the end.")
]
BringBack = Annotated[
    bool,
    typer.Option(
        "--bring-back-absent",
        help="Users without a profile now were lost, not deleted: restore them as well.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")]
Confirmed = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def restore(  # noqa: PLR0913 - a command's options
    *,
    suffix: Suffix = "-restored",
    bring_back: BringBack = False,
    dry_run: DryRun = False,
    confirmed: Confirmed = False,
    stack: Stack = DEFAULT_STACK,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Make every user's data what it is in restored copies of the tables.

    Stop everything that writes first: docs/operations.md says how. It may be repeated.
    """
    from afterglow_cli.deployment import Target
    from afterglow_cli.restoring import Wish, restore_tables

    wish = Wish(suffix, bring_back=bring_back, dry_run=dry_run, confirmed=confirmed)
    restore_tables(Target(stack, region, profile), wish)
