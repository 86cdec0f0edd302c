"""Waiting for an answer without asking too often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.errors import OperationFailedError, RateLimitError
from afterglow.ports.clock import Clock
from afterglow.ports.engine import Engine, Reply, ReplyState

FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
GROWTH = 1.5
LOST = "response_lost"


@dataclass(frozen=True, slots=True)
class Watcher:
    """Polls with growing waits. `sleep` takes seconds."""

    now: Clock
    sleep: Callable[[float], None]

    def watch(self, engine: Engine, reply: Reply, *, until: datetime) -> Reply:
        """Return the reply once it is no longer WORKING, or as it stands at `until`.

        Raises as `look` does.
        """
        for wait in self._waits(until):
            if reply.state is not ReplyState.WORKING:
                break
            self.sleep(wait)
            reply = self.look(engine, reply.response_id)
        return reply

    def look(self, engine: Engine, response_id: str) -> Reply:
        """Ask once. Whoever cannot be asked just now may still be at work.

        Raises what the engine raises that is final, and OperationFailedError with the code
        `response_lost`.
        """
        try:
            return engine.get(response_id)
        except (OperationFailedError, RateLimitError) as error:
            if error.code == LOST:
                raise
            return Reply(response_id, ReplyState.WORKING)

    def wait_for(self, is_so: Callable[[], bool], *, until: datetime) -> bool:
        """Ask now and again whether something is so, until it is or `until`."""
        if is_so():
            return True
        for wait in self._waits(until):
            self.sleep(wait)
            if is_so():
                return True
        return False

    def _waits(self, until: datetime) -> Iterator[float]:
        wait = FIRST_WAIT
        while (left := self._seconds_to(until)) > 0:
            yield min(wait, left)
            wait = min(wait * GROWTH, LONGEST_WAIT)

    def _seconds_to(self, moment: datetime) -> float:
        return (moment - self.now()).total_seconds()
