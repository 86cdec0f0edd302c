"""Waiting, before a run begins, for the files that it may read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, repeat

from afterglow.domain.models import WaitReason
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import TurnLedger
from afterglow.ports.engine import Prompt
from afterglow.services.pacing import wait_at
from afterglow.services.shelving import FilesOnTheirWayError
from afterglow.services.work import PostponedError, Work

# Seconds before the next look, the last of them ever after.
WAITS = (1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Readier:
    """Has a run wait. `sleep` takes seconds."""

    ledger: TurnLedger
    now: Clock
    sleep: Callable[[float], None]

    def prompt(self, work: Work) -> Prompt:
        """Return what the engine is asked, once its files are there.

        Raises PostponedError when that is for others to see; the attempt does not count then. And
        what the work's prompt raises, and SupersededError.
        """
        waits = chain(WAITS, repeat(WAITS[-1]))
        while True:
            # The key first: before it is changed, it is noted that the files may have to move.
            work.open()
            try:
                prompt = work.prompt(work.run)
            except FilesOnTheirWayError:
                self._wait(work, next(waits))
            else:
                work.run = replace(work.run, waits_for=None)
                return prompt

    def _wait(self, work: Work, seconds: float) -> None:
        if not work.can_begin_at(self.now() + timedelta(seconds=seconds)):
            self._postpone(work)
        if work.run.waits_for is None:
            # For those who look at it meanwhile.
            waiting = replace(work.run, waits_for=WaitReason.FILES)
            work.run = self.ledger.renew(waiting, waiting.lease_until)
        # By then they may have moved to another project, with the key.
        work.opened = None
        self.sleep(seconds)

    def _postpone(self, work: Work) -> None:
        run = replace(work.run, waits_for=WaitReason.FILES, waits=work.run.waits + 1)
        due = self.now() + wait_at(self.now() - run.created_at)
        work.run = self.ledger.renew(run, min(due, run.deadline))
        raise PostponedError
