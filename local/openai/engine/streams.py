"""Follow a response as a stream of numbered events, from the start or from after a number."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

from local.openai.engine.runner import Runner
from local.openai.wire import Json
from local.openai.wire.events import beginning, encode, ending, progress
from local.openai.wire.responses import visible


async def follow(
    runner: Runner, project: str, record: Json, *, after: int = -1
) -> AsyncIterator[str]:
    numbers = count()
    async for event in events(runner, project, record):
        number = next(numbers)
        if number > after:
            yield encode({**event, "sequence_number": number})
            # Sending alone lets nobody else run, nor tells that the client is gone.
            await asyncio.sleep(0)


async def events(runner: Runner, project: str, record: Json) -> AsyncIterator[Json]:
    for event in beginning(record["response"]):
        yield event
    started = await runner.started(project, record["id"])
    if started is None:
        return
    yield progress(record["response"])
    done = await runner.done(project, record["id"])
    if done is not None:
        for event in ending(visible(done["response"], done["include"])):
            yield event
