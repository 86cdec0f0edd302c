"""`python -m local`: Afterglow on this machine."""

from local.cli import app

app(prog_name="python -m local")
