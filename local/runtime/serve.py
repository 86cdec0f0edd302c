"""Run one function with the real awslambdaric, on the working tree's sources."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
# Set by the deployer: the function's folder, then the layers' folders.
SOURCES = "LOCAL_SOURCES"
# Set by the cloud: the socket of the fork server.
FORK_SERVER = "LOCAL_FORK_SERVER"


def serve() -> None:
    """Answer invocations until the cloud ends this environment."""
    sources = os.environ[SOURCES].split(os.pathsep)
    os.environ["LAMBDA_TASK_ROOT"] = sources[0]
    os.chdir(sources[0])
    project = {"", str(PROJECT)}
    sys.path[:] = sources + [entry for entry in sys.path if entry not in project]
    # Reads the environment when it is imported.
    from awslambdaric.__main__ import main  # noqa: PLC0415

    main(["awslambdaric", os.environ["_HANDLER"]])


if __name__ == "__main__":
    serve()
