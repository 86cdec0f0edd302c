"""An execution environment as the cloud sees it: stands for the forked process that does the work.

Runs without site-packages, to start in milliseconds: `connect.py PYTHON PROJECT SOCKET`.
"""

import json
import os
import socket
import sys

OUTPUT = (1, 2)


def main(python: str, project: str, address: str) -> None:
    """Have a process forked, stay as long as it does; without a fork server become it."""
    try:
        server = socket.socket(socket.AF_UNIX)
        # The path of a socket is short; a relative one always fits.
        os.chdir(os.path.dirname(address))  # noqa: PTH120
        server.connect(os.path.basename(address))  # noqa: PTH119
    except OSError:
        os.chdir(project)
        os.execv(python, [python, "-m", "local.runtime.serve"])  # noqa: S606
    request = json.dumps(dict(os.environ)).encode()
    size = len(request).to_bytes(4, "big")
    socket.send_fds(server, [size], OUTPUT)
    server.sendall(request)
    status = server.recv(1)
    sys.exit(status[0] if status else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
