"""Waiting for an answer without asking too often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.errors import OperationFailedError, RateLimitError
from afterglow.ports.clock import Clock
from afterglow.ports.engine import Engine, Reply, ReplyState

FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
GROWTH = 1.5
# Asking again is harmless, so a passing fault upstream must not cost the answer.
FAULTS_IN_A_ROW = 5
WAIT_AFTER_FAULT = 1.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Polls with growing waits. `sleep` takes seconds."""

    now: Clock
    sleep: Callable[[float], None]

    def watch(self, engine: Engine, reply: Reply, *, until: datetime) -> Reply:
        """Return the reply once it is no longer WORKING, or as it stands at `until`.

        Raises what the engine raises, but a passing fault or rate limit only when it keeps coming.
        """
        wait, faults = FIRST_WAIT, 0
        while reply.state is ReplyState.WORKING and (left := self._seconds_to(until)) > 0:
            self.sleep(min(wait, left))
            wait = min(wait * GROWTH, LONGEST_WAIT)
            try:
                reply, faults = engine.get(reply.response_id), 0
            except (OperationFailedError, RateLimitError):
                faults, wait = faults + 1, max(wait, WAIT_AFTER_FAULT)
                if faults == FAULTS_IN_A_ROW:
                    raise
        return reply

    def _seconds_to(self, moment: datetime) -> float:
        return (moment - self.now()).total_seconds()
