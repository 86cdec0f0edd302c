"""An upstream that trickles, or never stops talking."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from httpx2 import Timeout

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.adapters.openai.transport import MAX_BODY_BYTES
from afterglow.domain.errors import OperationFailedError
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import UNAVAILABLE, check

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
KEY = "sk-" + "k" * 40


@contextmanager
def upstream(chunks: Iterator[bytes], length: int) -> Iterator[str]:
    """Answer one request with these chunks of a body of that length."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(HEAD % length)
            for chunk in chunks:
                connection.sendall(chunk)

    thread = threading.Thread(target=serve)
    thread.start()
    with server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        thread.join(timeout=10)


def trickle() -> Iterator[bytes]:
    for _ in range(40):
        time.sleep(0.2)
        yield b" "


def test_an_answer_that_trickles_in_is_given_up() -> None:
    began = time.monotonic()

    with (
        upstream(trickle(), 1000) as url,
        pytest.raises(OperationFailedError) as raised,
    ):
        begun(OpenAIEngine(KEY, url, timeout=Timeout(0.5)), a_prompt())

    check(raised.value, UNAVAILABLE)
    # Each byte comes in time; all of them would take 8 s.
    assert time.monotonic() - began < 6


def test_an_answer_that_does_not_end_is_given_up() -> None:
    megabyte = b" " * 1024 * 1024
    read: list[int] = []

    def flood() -> Iterator[bytes]:
        for number in range(200):
            read.append(number)
            yield megabyte

    with (
        upstream(flood(), 200 * len(megabyte)) as url,
        pytest.raises(OperationFailedError) as raised,
    ):
        begun(OpenAIEngine(KEY, url), a_prompt())

    check(raised.value, UNAVAILABLE)
    assert len(read) < 2 * MAX_BODY_BYTES / len(megabyte) + 8
