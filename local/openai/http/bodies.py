"""A request's body on its way, and whether it arrived."""

from starlette.datastructures import Headers
from starlette.types import Message, Receive


class Body:
    """`is_cut` if the sender went away in the middle: nobody is there to be answered."""

    def __init__(self, source: Receive, headers: Headers) -> None:
        self.source = source
        self.is_read = not {"content-length", "transfer-encoding"} & set(headers)
        self.is_cut = False

    async def receive(self) -> Message:
        message = await self.source()
        self.is_cut = self.is_cut or (message["type"] == "http.disconnect" and not self.is_read)
        self.is_read = self.is_read or not message.get("more_body", False)
        return message
