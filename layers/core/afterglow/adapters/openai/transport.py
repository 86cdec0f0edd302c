"""HTTP whose answers end in time: the SDK's timeouts are between bytes, so a trickle has no end."""

import time
from collections.abc import Iterator
from typing import cast

from httpx2 import HTTPTransport, ReadError, ReadTimeout, Request, Response, SyncByteStream

# An answer of 32,768 tokens has some 200 KB; lists of models have less.
MAX_BODY_BYTES = 8 * 1024 * 1024


class BoundedTransport(HTTPTransport):
    """Gives a whole answer the time that its request gives to one read."""

    def handle_request(self, request: Request) -> Response:
        """Send a request. Raises ReadTimeout, also while the body is read, and ReadError."""
        deadline = time.monotonic() + request.extensions["timeout"]["read"]
        response = super().handle_request(request)
        return Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_BoundedStream(cast("SyncByteStream", response.stream), deadline, request),
            extensions=response.extensions,
        )


class _BoundedStream(SyncByteStream):
    def __init__(self, stream: SyncByteStream, deadline: float, request: Request) -> None:
        self._stream = stream
        self._deadline = deadline
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for chunk in self._stream:
            received += len(chunk)
            if time.monotonic() > self._deadline:
                raise ReadTimeout("The answer trickles in", request=self._request)
            if received > MAX_BODY_BYTES:
                raise ReadError("The answer is too big", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()
