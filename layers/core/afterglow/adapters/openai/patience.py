"""How long we wait for what concerns files, from connecting to the last byte of the answer."""

from dataclasses import dataclass

from httpx2 import Timeout

_CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to be told something, to have something small changed, to join an upload's parts.

    Sending takes `send` and as long as the bytes need at `bytes_a_second`.
    """

    ask: float = 2.0
    change: float = 5.0
    join: float = 30.0
    send: float = 10.0
    bytes_a_second: int = 2 * 1024 * 1024

    def asking(self) -> Timeout:
        """Return the time for a question."""
        return timeout_of(self.ask)

    def changing(self) -> Timeout:
        """Return the time for a change."""
        return timeout_of(self.change)

    def joining(self) -> Timeout:
        """Return the time in which the parts of an upload become a file."""
        return timeout_of(self.join)

    def sending(self, size: int) -> Timeout:
        """Return the time for a request of so many bytes."""
        return timeout_of(self.seconds_to_send(size))

    def seconds_to_send(self, size: int) -> float:
        """Return how long so many bytes may take."""
        return self.send + size / self.bytes_a_second


PATIENCE = Patience()


def timeout_of(seconds: float) -> Timeout:
    """Return so much for a whole exchange; what stalls is given up sooner."""
    stalled = min(seconds, 10.0)
    return Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS), write=stalled)
