"""HTTP whose answers end in time: httpx2's timeouts are between bytes, so a trickle has no end."""

from collections.abc import Iterator
from functools import cache
from ssl import SSLContext
from typing import cast

import httpcore2
from httpx2 import (
    HTTPTransport,
    ReadError,
    Request,
    Response,
    SyncByteStream,
    create_ssl_context,
)

from afterglow.adapters.openai.deadlines import Deadline, DeadlineBackend

# An answer of 32,768 tokens has some 200 KB; lists of models have less.
MAX_BODY_BYTES = 8 * 1024 * 1024
# The same answer told token by token has some 10 MB, since each comes in an event of its own.
MAX_STREAM_BYTES = 64 * 1024 * 1024
EVENT_STREAM = "text/event-stream"


class BoundedTransport(HTTPTransport):
    """Gives a whole exchange, from connecting on, the time that its request gives to one read.

    Whoever reads a stream may move its end: `response.extensions["deadline"]` is the Deadline.
    """

    def __init__(self, verify: SSLContext) -> None:
        super().__init__(verify=verify)
        self._deadline = Deadline()
        # The base class has no argument for it.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=verify, network_backend=DeadlineBackend(self._deadline)
        )

    def handle_request(self, request: Request) -> Response:
        """Send a request. Raises TransportError, also while the body is read."""
        self._deadline.set_in(request.extensions["timeout"]["read"])
        # Packed, a little may become very much; it would also come late, in blocks.
        request.headers["accept-encoding"] = "identity"
        response = super().handle_request(request)
        stream = _BoundedStream(cast("SyncByteStream", response.stream), limit_of(response))
        if response.headers.get("content-encoding", "identity") != "identity":
            stream.close()
            raise ReadError("The answer is packed", request=request)
        return Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=stream,
            extensions={**response.extensions, "deadline": self._deadline},
        )


@cache
def trusted() -> SSLContext:
    """Return the authorities we trust: reading them takes 30 ms, and no key is among them."""
    return create_ssl_context()


def is_stream(response: Response) -> bool:
    """Tell whether an answer is a stream of events."""
    kind, _, _ = response.headers.get("content-type", "").partition(";")
    return bool(kind.strip().lower() == EVENT_STREAM)


def limit_of(response: Response) -> int:
    """Return how many bytes of an answer are read."""
    return MAX_STREAM_BYTES if is_stream(response) else MAX_BODY_BYTES


class _BoundedStream(SyncByteStream):
    def __init__(self, stream: SyncByteStream, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for chunk in self._stream:
            received += len(chunk)
            if received > self._limit:
                raise ReadError("The answer is too big")
            yield chunk

    def close(self) -> None:
        self._stream.close()
