"""Servers on this machine: an application on a thread, and a line that breaks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a thread, and return its address."""
    with closing(socket.create_server((HOST, 0))) as listener:
        config = uvicorn.Config(
            app, ws="none", lifespan="off", log_level="warning", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def breaking_line(target: str, *, cuts: int, after: int) -> Iterator[str]:
    """Lead to a server by a line that breaks its first connections after some bytes sent."""
    host, _, port = target.removeprefix("http://").partition(":")
    with closing(socket.create_server((HOST, 0))) as listener:
        thread = threading.Thread(target=_carry, args=(listener, (host, int(port)), cuts, after))
        thread.start()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _carry(listener: socket.socket, target: tuple[str, int], cuts: int, after: int) -> None:
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            allowed = after if cuts > 0 else None
            cuts -= 1
            far = socket.create_connection(target)
            threading.Thread(target=_pump, args=(near, far, allowed), daemon=True).start()
            threading.Thread(target=_pump, args=(far, near, None), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, allowed: int | None) -> None:
    """Pass bytes on, `allowed` of them if that is a number, then hang up on both."""
    with suppress(OSError):
        while (allowed is None or allowed > 0) and (chunk := source.recv(4096)):
            sink.sendall(chunk)
            allowed = allowed and allowed - len(chunk)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
