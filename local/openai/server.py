"""Serve on the loopback interface until told to stop, or until the parent is gone."""

import os
import threading
from pathlib import Path
from typing import Final

import uvicorn

from local.openai.app import create_app
from local.openai.brain.turn import Brain
from local.openai.http.connections import KnownConnection

HOST: Final = "127.0.0.1"
STDIN: Final = 0


def create_server(port: int, folder: Path, brain: Brain) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(folder, brain),
        host=HOST,
        port=port,
        http=KnownConnection,
        ws="none",
        lifespan="on",
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        # Held responses and stalled bodies would keep it from ending.
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def stop_with_parent(server: uvicorn.Server) -> None:
    """The supervisor holds the other end of our standard input; its death closes it."""

    def watch() -> None:
        while os.read(STDIN, 1024):
            pass
        server.should_exit = True

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
