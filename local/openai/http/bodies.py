"""A request's body, read to its end before it is answered."""

from starlette.datastructures import Headers
from starlette.types import Message, Receive


class Body:
    """Whoever is answered while still sending may be cut off before the answer has arrived.

    `is_cut` if the sender went away in the middle.
    """

    def __init__(self, source: Receive, headers: Headers) -> None:
        self.source = source
        self.is_read = not {"content-length", "transfer-encoding"} & set(headers)
        self.is_cut = False

    async def receive(self) -> Message:
        message = await self.source()
        self.is_cut = self.is_cut or (message["type"] == "http.disconnect" and not self.is_read)
        self.is_read = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        while not self.is_read:
            await self.receive()
