"""What the command says: results on stdout, all else on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from afterglow_cli.errors import CommandError, SignInError

INTERRUPTED = 130
INTERRUPTION = "Interrupted."


def tell(text: str) -> None:
    """Print a line of the result, whatever characters are in it."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def remark(text: str) -> None:
    """Print a line that is no result."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


def ask(question: str) -> None:
    """Ask what has to be agreed to. Raises typer.Exit when it is not."""
    if not typer.confirm(question, err=True):
        remark("Nothing was changed.")
        raise typer.Exit(1)


def printable(text: str) -> str:
    """Return a text of others in one line that does nothing to a terminal."""
    line = " ".join(text.split())
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in line
    )


def own_reason(error: Exception) -> str | None:
    """Return what to say of an error of the command's own, None of another."""
    if isinstance(error, SignInError):
        return f"{error}. Sign in with: afterglow login"
    return str(error) if isinstance(error, CommandError) else None


@contextmanager
def explained(
    reason: Callable[[Exception], str | None] = own_reason, *, interrupted: str = INTERRUPTION
) -> Iterator[None]:
    """Say in one line what went wrong, and exit with 1; with 130 after Ctrl-C.

    What `reason` knows nothing of rises.
    """
    try:
        yield
    except (KeyboardInterrupt, typer.Abort):
        remark(interrupted)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        said = reason(error)
        if said is None:
            raise
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("[bold red]Error:[/]", end=" ")
        console.print(printable(said), markup=False)
        for note in getattr(error, "__notes__", ()):
            remark(printable(note))
        raise typer.Exit(1) from None
