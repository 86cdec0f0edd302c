"""Fork execution environments from a process that has the dependencies imported.

`python -m local.runtime.fork_server SOCKET`. It must stay single-threaded: what is forked inherits
one thread only. It ends when its standard input does, and what it has forked ends with it.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

from local.runtime.serve import serve

STDIN = 0
# awslambdaric is not among them: it reads AWS_LAMBDA_RUNTIME_API when it is imported.
PRELOADED = (
    "argon2",
    "aws_lambda_powertools.event_handler.middlewares.openapi_validation",
    "botocore.auth",
    "botocore.parsers",
    "botocore.signers",
    "httpcore2",
    "jiter",
    "openai.resources.files",
    "pydantic",
    "pynamodb.models",
    "zxcvbn",
)


def main(address: Path) -> None:
    """Serve fork requests on a UNIX socket of which only this user knows the folder."""
    os.chdir(address.parent)
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        # Who connects while we import waits in the queue.
        listener.bind(address.name)
        listener.listen(128)
        _preload()
        # The kernel collects what ends.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        # Held by us alone: whoever reads it learns of our end.
        life, held = os.pipe()
        while True:
            readable, _, _ = select.select([listener.fileno(), STDIN], [], [])
            if STDIN in readable:
                return
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    os.close(held)
                    _become_environment(connection, life)


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _become_environment(connection: socket.socket, life: int) -> None:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(_receive(connection))
        threading.Thread(target=_end_with, args=[connection, life], daemon=True).start()
        serve()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the last frame of this process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        with suppress(OSError):
            connection.send(bytes([status]))
        os._exit(status)


def _receive(connection: socket.socket) -> dict[str, str]:
    size, outputs, _, _ = socket.recv_fds(connection, 4, 2)
    for target, descriptor in enumerate([os.open(os.devnull, os.O_RDONLY), *outputs]):
        os.dup2(descriptor, target)
        os.close(descriptor)
    with connection.makefile("rb") as stream:
        environment: dict[str, str] = json.loads(stream.read(int.from_bytes(size, "big")))
    return environment


def _end_with(connection: socket.socket, life: int) -> None:
    """Exit when connect.py does, since the cloud ended it, or the fork server: the cloud died."""
    select.select([connection.fileno(), life], [], [])
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
