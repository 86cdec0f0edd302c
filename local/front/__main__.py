"""`python -m local.front --port 8080 --deployment FILE --check URL`."""

import argparse
from pathlib import Path

import uvicorn

from local import lifeline
from local.front.app import create_app
from local.guard import Guard
from local.ports import HOST


def main() -> None:
    """Serve the front until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.front", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--deployment", type=Path, required=True)
    parser.add_argument("--check", action="append", default=[], help="URL that /health asks")
    parser.add_argument("--exit-with-parent", action="store_true")
    options = parser.parse_args()
    if options.exit_with_parent:
        lifeline.follow_parent()
    uvicorn.run(
        Guard(create_app(options.deployment, tuple(options.check)), options.port, pages=True),
        host=HOST,
        port=options.port,
        log_level="warning",
        # The client is who it is, not who it says.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
