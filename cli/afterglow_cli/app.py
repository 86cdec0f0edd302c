"""`afterglow`, and the groups of commands it has."""

import typer

from afterglow_cli import admin

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(admin.app, name="admin")


@app.callback()
def main() -> None:
    """Afterglow, from the command line."""
