"""One look at a run that nobody waits for in a request."""

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import (
    DomainError,
    NotFoundError,
    OperationFailedError,
    RateLimitError,
    SupersededError,
)
from afterglow.domain.models import Run, RunState
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import RunRepository, TurnLedger
from afterglow.services.driving import Driver
from afterglow.services.endings import EXPIRED
from afterglow.services.opening import Engines
from afterglow.services.pacing import LONGEST_WAIT, SHORTEST_WAIT, wait_at
from afterglow.services.prompting import Prompting
from afterglow.services.watching import LOST
from afterglow.services.work import Work

# How long after its deadline a run may wait for an upstream that cannot be told to stop.
LAST_CHANCE = timedelta(minutes=1)
# Whoever looks when they said they would is not taken for dead.
PUNCTUALITY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PollResult:
    """Whether there is nothing left to do, or in how many seconds to look again."""

    is_over: bool
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class RunPoller:
    """Looks after runs whose requests have been answered, or have died.

    A run as young as `youth` is watched until it is older, as its request would have done.
    """

    runs: RunRepository
    ledger: TurnLedger
    engines: Engines
    prompting: Prompting
    driver: Driver
    youth: timedelta
    now: Clock

    def poll(self, user_id: int, run_id: str) -> PollResult:
        """Look at one run, and move it on. A run that is not there is over."""
        try:
            run = self.runs.get(user_id, run_id)
        except NotFoundError:
            return PollResult(is_over=True)
        return self._result(self.look_after(run, until=run.created_at + self.youth))

    def look_after(self, run: Run, *, until: datetime) -> Run:
        """Move a run on once, and return it as it stands: over, or due again later."""
        work = Work(
            run=run,
            opener=lambda: self.engines.of_owner(run.user_id),
            prompt=self.prompting.prompt,
            until=until,
            patience=run.deadline,
        )
        if run.is_over:
            return run
        if self.now() >= run.deadline:
            return self._expire(work)
        if run.response_id is None and not self._claim(work):
            return work.run
        return self._renewed(self.driver.drive(work))

    def _claim(self, work: Work) -> bool:
        """Tell whether the run is ours to begin: somebody else may be at it just now."""
        return self.now() >= work.run.lease_until and self.driver.claim(work)

    def _expire(self, work: Work) -> Run:
        try:
            return self.driver.stop(work, RunState.EXPIRED, EXPIRED)
        except (OperationFailedError, RateLimitError) as error:
            if error.code != LOST and self.now() < work.run.deadline + LAST_CHANCE:
                # The answer may be there, and cancelling spares tokens: once more.
                return work.run
            return self.driver.end(work, RunState.EXPIRED, EXPIRED)
        except DomainError:
            return self.driver.end(work, RunState.EXPIRED, EXPIRED)
        except Exception:
            # Whatever it is: a run's end takes no key and no text.
            self.driver.end(work, RunState.EXPIRED, EXPIRED)
            raise

    def _renewed(self, run: Run) -> Run:
        if run.is_over or run.response_id is None:
            return run
        due = self.now() + wait_at(self._age(run)) + PUNCTUALITY
        with suppress(SupersededError):
            return self.ledger.renew(run, min(due, run.deadline))
        return run

    def _result(self, run: Run) -> PollResult:
        if run.is_over:
            return PollResult(is_over=True)
        wait = wait_at(self._age(run))
        if run.response_id is None:
            # Somebody is at it, or it is to be tried again: not before then.
            wait = min(max(run.lease_until - self.now(), SHORTEST_WAIT), LONGEST_WAIT)
        return PollResult(is_over=False, wait_seconds=math.ceil(wait.total_seconds()))

    def _age(self, run: Run) -> timedelta:
        return self.now() - run.created_at
