"""A request's body, read to its end before it is answered."""

from starlette.types import Message, Receive


class Body:
    """Whoever is answered while still sending may be cut off before the answer has arrived."""

    def __init__(self, source: Receive) -> None:
        self.source = source
        self.is_read = False

    async def receive(self) -> Message:
        message = await self.source()
        self.is_read = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        while not self.is_read:
            await self.receive()
