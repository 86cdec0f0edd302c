"""`afterglow upload-directory`: a folder of this machine goes to an assistant."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from afterglow_cli.speech import INTERRUPTION, explained

GO_ON = "What has arrived stays for a day: run the same command to go on."

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
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Only say what would go, what is there already, and what would be refused for its"
        " name; content, quota and what an interrupted run has left there are not looked at.",
    ),
]


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
    interruption = INTERRUPTION if dry_run else f"{INTERRUPTION} {GO_ON}"
    with explained(interrupted=interruption):
        from afterglow_cli import sessions
        from afterglow_cli.ignoring import IgnoreRules
        from afterglow_cli.planning import plan
        from afterglow_cli.report import tell_plan
        from afterglow_cli.uploading import upload
        from afterglow_cli.walking import walk

        session = sessions.find() if dry_run else sessions.load()
        found = walk(path, IgnoreRules.of(exclude or []), hidden=hidden)
        if session is None or dry_run:
            planned = plan(session, found, assistant)
            tell_plan(found, planned)
            failures: Mapping[str, str] = planned.failures
        else:
            failures = upload(session, found, assistant)
        if failures:
            raise typer.Exit(1)
