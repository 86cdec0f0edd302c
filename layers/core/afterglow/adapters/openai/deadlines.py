"""Connections that end at a moment, whatever the other end does: silence, a trickle, a flood."""

import time
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

from httpcore2 import NetworkStream, ReadTimeout, SyncBackend

# More than any function lives, less than a socket can be told.
_LONGEST_SECONDS = 3600.0


class Deadline:
    """A moment, which may be moved while something waits for it next."""

    def __init__(self) -> None:
        self._at = 0.0

    def set_in(self, seconds: float) -> None:
        """Let it be so many seconds from now."""
        self._at = time.monotonic() + min(seconds, _LONGEST_SECONDS)

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._at

    def left(self) -> float:
        """Return the seconds until then, more than none. Raises ReadTimeout afterwards."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise ReadTimeout("The time is up")
        return seconds


class DeadlineBackend(SyncBackend):
    """Opens connections that end at the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Connect, within `timeout` seconds at most."""
        left = _shorter(timeout, self._deadline)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return DeadlineStream(stream, self._deadline)


class DeadlineStream(NetworkStream):
    """A connection whose every wait ends at the deadline; reads know no other limit."""

    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Return what has come, at least a byte unless the other end is done."""
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, _shorter(timeout, self._deadline))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        """Go on in TLS."""
        left = _shorter(timeout, self._deadline)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _shorter(timeout: float | None, deadline: Deadline) -> float:
    left = deadline.left()
    return left if timeout is None else min(timeout, left)
