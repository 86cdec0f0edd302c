"""`python -m local.cloud --port 8081 --data .afterglow/cloud`."""

import argparse
from pathlib import Path

from local import lifeline
from local.cloud import server


def main() -> None:
    """Run the local cloud until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.cloud", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds its state")
    parser.add_argument("--front-port", type=int, help="whose pages may send presigned forms")
    parser.add_argument("--exit-with-parent", action="store_true")
    options = parser.parse_args()
    if options.exit_with_parent:
        lifeline.follow_parent()
    server.run(options.port, options.data.resolve(), options.front_port)


if __name__ == "__main__":
    main()
