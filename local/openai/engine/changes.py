"""Wake whoever waits for an object to change."""

import asyncio


class Changes:
    """Look at the object, then wait: nothing is lost between the two on one event loop."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def announce(self, object_id: str) -> None:
        if event := self._events.pop(object_id, None):
            event.set()

    async def wait(self, object_id: str, seconds: float | None = None) -> None:
        event = self._events.setdefault(object_id, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
