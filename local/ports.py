"""The three ports of a local cloud, on 127.0.0.1 only."""

import secrets
import socket
import time
from typing import NamedTuple, Self

HOST = "127.0.0.1"
HIGHEST = 65535
ELSEWHERE = 9000
# Nobody's outgoing connection sits there: Linux takes those ports from 32768 on, others from 49152.
LISTENING = range(10_000, 32_766)
# Processes of a run that was killed need a moment to notice it.
PATIENCE = 3.0


class PortTakenError(Exception):
    """A port is in use by another program."""


class Ports(NamedTuple):
    """Where the front, the cloud and the OpenAI stand-in answer."""

    front: int
    cloud: int
    openai: int

    @classmethod
    def following(cls, front: int) -> Self:
        """The front's port and the two after it."""
        if not 1 <= front <= HIGHEST - 2:
            raise PortTakenError(f"Port {front} is not one from 1 to {HIGHEST - 2}.")
        return cls(front, front + 1, front + 2)

    @classmethod
    def free(cls) -> Self:
        """Three ports in a row that nobody uses at this moment."""
        while True:
            ports = cls.following(secrets.choice(LISTENING))
            if not any(_is_taken(port) for port in ports):
                return ports

    def ensure_free(self, *names: str, patience: float = PATIENCE) -> None:
        """Raise PortTakenError, naming the port and the way out, if one stays taken."""
        deadline = time.monotonic() + patience
        while taken := [name for name in names if _is_taken(getattr(self, name))]:
            if time.monotonic() > deadline:
                raise PortTakenError(self._explain(taken[0]))
            time.sleep(0.1)

    def _explain(self, name: str) -> str:
        what = {"front": "the API", "cloud": "the local cloud", "openai": "the OpenAI stand-in"}
        other = ELSEWHERE if self.front != ELSEWHERE else ELSEWHERE + 100
        return (
            f"Port {getattr(self, name)} for {what[name]} is taken by another program. "
            f"Move all three ports with: make run PORT={other}"
        )


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
