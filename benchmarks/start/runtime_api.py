"""Lambda's Runtime API, for one execution environment at a time.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from local.ports import HOST

ARN = "arn:aws:lambda:us-east-1:000000000000:function:measured"
DEADLINE = 28.0
PATIENCE = 60.0


class NoAnswerError(Exception):
    """The environment has not answered, or said that it failed: its text tells."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Let an environment that is killed hang up; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class RuntimeApi:
    """Gives events to whoever asks for the next one, and takes their answers."""

    def __init__(self) -> None:
        self._events: Queue[dict[str, Any]] = Queue()
        self._answers: Queue[tuple[float, str, bytes]] = Queue()
        # When the environment was last told that it has been restored (perf_counter, s).
        self.restored_at: float | None = None
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # awslambdaric's client would wait for 40 ms between two packets.
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

            def do_GET(self) -> None:
                api._give(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Transfer-Encoding") == "chunked":
                    body = _chunks(self)
                api._answers.put((time.perf_counter(), self.path, body))
                self.send_response(HTTPStatus.ACCEPTED)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._server = _Server((HOST, 0), Handler)

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API is."""
        return f"{HOST}:{self._server.server_port}"

    def ask(self, event: dict[str, Any]) -> None:
        """Have an event for whoever asks next."""
        self._events.put(event)

    def answer(self) -> tuple[float, Any]:
        """Return when the next answer came (perf_counter, s) and what it is.

        Raises NoAnswerError.
        """
        try:
            at, path, body = self._answers.get(timeout=PATIENCE)
        except Empty:
            raise NoAnswerError("nothing was answered") from None
        if not path.endswith("/response"):
            raise NoAnswerError(body.decode(errors="replace")[:2000])
        return at, json.loads(body)

    def _give(self, to: BaseHTTPRequestHandler) -> None:
        if to.path.endswith("/restore/next"):
            self._restore(to)
            return
        body = json.dumps(self._events.get()).encode()
        to.send_response(HTTPStatus.OK)
        to.send_header("Lambda-Runtime-Aws-Request-Id", f"measured-{time.monotonic_ns()}")
        ends_at = int((time.time() + DEADLINE) * 1000)
        to.send_header("Lambda-Runtime-Deadline-Ms", str(ends_at))
        to.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
        to.send_header("Content-Type", "application/json")
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    def _restore(self, to: BaseHTTPRequestHandler) -> None:
        """Say that a snapshot has been taken and this is a copy of it: the same process, here."""
        self.restored_at = time.perf_counter()
        to.send_response(HTTPStatus.OK)
        to.send_header("Content-Length", "0")
        to.end_headers()

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _chunks(request: BaseHTTPRequestHandler) -> bytes:
    body = b""
    while size := int(request.rfile.readline(), 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body
