"""`python -m afterglow_cli`, where the command is not on the path."""

from afterglow_cli.app import app

app(prog_name="afterglow")
