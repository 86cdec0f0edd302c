"""`afterglow`, and the commands it has."""

import typer

from afterglow_cli import admin
from afterglow_cli.restore import restore
from afterglow_cli.sign_in import login, logout, whoami
from afterglow_cli.upload_directory import upload_directory

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (login, logout, whoami, upload_directory, restore):
    app.command()(command)
app.add_typer(admin.app, name="admin")


@app.callback()
def main() -> None:
    """Afterglow, from the command line."""
