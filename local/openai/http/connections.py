"""Cut a client's connection, which ASGI itself offers no way to do."""

import asyncio
from typing import Final

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORTS: Final[dict[tuple[str, int], asyncio.Transport]] = {}


class KnownConnection(H11Protocol):
    """uvicorn's own protocol, with its transport to be found by the client's address."""

    address: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client
        if self.address is not None:
            TRANSPORTS[self.address] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.address is not None:
            TRANSPORTS.pop(self.address, None)
        super().connection_lost(exc)


def drop(scope: Scope, *, flush: bool = False) -> None:
    """End the connection now; with `flush`, after what was already sent."""
    transport = TRANSPORTS.get(tuple(scope["client"]))
    if transport is None:
        return  # the client was faster
    if flush:
        transport.close()
    else:
        transport.abort()
