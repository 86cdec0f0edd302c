"""Spoil a stream of events, which has no end to wait for."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.types import Message, Receive, Send

from local.openai.control.faults import FaultRule
from local.openai.wire import Json
from local.openai.wire.events import encode

EVENT_STREAM: Final = b"text/event-stream"
EVENT: Final = b"\n\n"


def is_stream(start: Message) -> bool:
    kinds = [value for name, value in start.get("headers", ()) if name.lower() == b"content-type"]
    return any(kind.startswith(EVENT_STREAM) for kind in kinds)


@dataclass
class Collected:
    """What the route answered, not yet sent: all of a body, or a stream's first event.

    With `live`, a stream goes there as it comes.
    """

    source: Receive
    live: Send | None = None
    start: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_stream(self) -> bool:
        return is_stream(self.start)

    @property
    def is_sent(self) -> bool:
        return self.is_stream and self.live is not None

    async def collect(self, message: Message) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start:
            self.start = dict(message)
        if self.live is not None and self.is_stream:
            await self.live(message)
        elif not is_start and not self.enough.is_set():
            self.body += message.get("body", b"")
            if self.is_stream and self.body:
                self.enough.set()

    async def receive(self) -> Message:
        """What the client sends; once there is enough, it seems to have gone."""
        source = asyncio.ensure_future(self.source())
        enough = asyncio.ensure_future(self.enough.wait())
        try:
            await asyncio.wait({source, enough}, return_when=asyncio.FIRST_COMPLETED)
            return source.result() if source.done() else {"type": "http.disconnect"}
        finally:
            source.cancel()
            enough.cancel()


def patching(send: Send, rule: FaultRule) -> Send:
    """Other values in the response that each event of a stream carries."""

    async def patched(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(rule.delay)
        body = message.get("body")
        await send({**message, "body": patched_event(body, rule.patch)} if body else message)

    return patched


def patched_event(raw: bytes, patch: Json | None) -> bytes:
    event = json.loads(raw.partition(b"\ndata: ")[2])
    if "response" in event:
        event["response"] = {**event["response"], **(patch or {})}
    return encode(event).encode()
