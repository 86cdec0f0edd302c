"""`python -m faults.emulator --port 4000`: the local cloud's emulator of AWS, keeping nothing."""

import argparse
import asyncio
import importlib
import os
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local import lifeline
from local.ports import HOST

# What ministack has to know before it is imported.
SETTINGS = {
    "BIND_HOST": HOST,
    "IOT_MTLS_ENABLED": "0",
    "LOG_LEVEL": "WARNING",
    "PERSIST_STATE": "0",
    "SFTP_ENABLED": "0",
}


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m faults.emulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--exit-with-parent", action="store_true")
    options = parser.parse_args()
    if options.exit_with_parent:
        lifeline.follow_parent()
    os.environ.update(SETTINGS | {"GATEWAY_PORT": str(options.port)})
    ministack: Any = importlib.import_module("ministack.app")
    config = Config()
    config.bind = [f"{HOST}:{options.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(serve(ministack.app, config))


if __name__ == "__main__":
    main()
