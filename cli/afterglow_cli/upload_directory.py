"""`afterglow upload-directory`: a folder of this machine goes to an assistant."""

from pathlib import Path
from typing import Annotated

import typer

from afterglow_cli.speech import explained

INTERRUPTED = "Interrupted. What has arrived stays for a day: run the same command to go on."

Folder = Annotated[Path, typer.Argument(metavar="PATH", help="The folder.", show_default=False)]
Assistant = Annotated[
    int | None,
    typer.Option(min=1, help="Its number. By default your default assistant.", show_default=False),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(help="A pattern as in .gitignore. May be given again.", show_default=False),
]
Hidden = Annotated[bool, typer.Option("--hidden", help="Files and folders with a dot, too.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")]


def upload_directory(
    path: Folder,
    *,
    assistant: Assistant = None,
    exclude: Exclude = None,
    hidden: Hidden = False,
    dry_run: DryRun = False,
) -> None:
    """Give a folder's files to an assistant. Run again, it sends only what is not there.

    .gitignore and .afterglowignore are heeded in every folder.
    """
    with explained(interrupted=INTERRUPTED):
        from afterglow_cli import sessions
        from afterglow_cli.ignoring import IgnoreRules
        from afterglow_cli.report import tell_plan
        from afterglow_cli.uploading import upload
        from afterglow_cli.walking import walk

        session = None if dry_run else sessions.load()
        found = walk(path, IgnoreRules.of(exclude or []), hidden=hidden)
        if session is not None:
            failures = upload(session, found, assistant)
        else:
            tell_plan(found)
            failures = found.failures
        if failures:
            raise typer.Exit(1)
