"""`python -m local.openai --port 4690 --data .afterglow/openai`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from local.openai.brain.extractive import ExtractiveBrain
from local.openai.brain.turn import Brain
from local.openai.server import create_server, stop_with_parent


def choose_brain() -> Brain:
    url = os.environ.get("LOCAL_LLM_URL")
    if not url:
        return ExtractiveBrain()
    # Imported here: its HTTP client is a fifth of the start, and the usual run asks nobody.
    from local.openai.brain.remote import RemoteBrain  # noqa: PLC0415

    return RemoteBrain(url, os.environ.get("LOCAL_LLM_MODEL") or None)


def main(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")],
    data: Annotated[Path, typer.Option(file_okay=False, help="Where objects are kept.")],
    *,
    exit_with_parent: Annotated[
        bool, typer.Option("--exit-with-parent", help="End when standard input ends.")
    ] = False,
) -> None:
    """Serve the OpenAI stand-in. LOCAL_LLM_URL and LOCAL_LLM_MODEL name a model to ask."""
    server = create_server(port, data, choose_brain())
    if exit_with_parent:
        stop_with_parent(server)
    server.run()


if __name__ == "__main__":
    typer.run(main)
