"""An upstream that answers one call with the bytes it is told to."""

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from ssl import SSLContext
from typing import Any

JSON = b"Content-Type: application/json\r\nContent-Length: %d\r\n"
EVENTS = b"Content-Type: text/event-stream; charset=utf-8\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
KEY = "sk-" + "k" * 40
RESPONSE = {"id": "resp_1", "status": "queued", "model": "gpt-6-luna", "output": []}


def event(kind: str, **fields: Any) -> bytes:
    """Return an event as OpenAI sends it."""
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


CREATED = event("response.created", response=RESPONSE)


def completed(text: str = "Gladly.", response_id: str = "resp_1") -> bytes:
    """Return the event with the answer."""
    message = {
        "type": "message",
        "id": "msg_1",
        "content": [{"type": "output_text", "text": text}],
    }
    response = RESPONSE | {"id": response_id, "status": "completed", "output": [message]}
    return event("response.completed", response=response)


@contextmanager
def upstream(
    chunks: Iterable[bytes],
    *,
    head: bytes = OK + EVENTS + b"\r\n",
    then: float = 0,
    tls: SSLContext | None = None,
) -> Iterator[str]:
    """Answer one request with this head and these chunks, and hang up `then` seconds later.

    Yields the base URL.
    """
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with (
            suppress(OSError),
            connection if tls is None else tls.wrap_socket(connection, server_side=True) as spoken,
        ):
            answer(spoken, head, chunks)
            time.sleep(then)
            hang_up(spoken)

    thread = threading.Thread(target=serve)
    thread.start()
    with server:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{server.getsockname()[1]}/v1"
        thread.join(timeout=10)
        assert not thread.is_alive()


def answer(connection: socket.socket, head: bytes, chunks: Iterable[bytes]) -> None:
    """Take a request and answer it."""
    connection.recv(65536)
    connection.sendall(head)
    for chunk in chunks:
        connection.sendall(chunk)


def hang_up(connection: socket.socket) -> None:
    """Say that nothing comes any more; leaving something unread would take back what was sent."""
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass
