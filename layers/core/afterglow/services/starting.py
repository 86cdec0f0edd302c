"""Beginning a run upstream: its files there, started, bound; and begun again, a few times."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from afterglow.domain.errors import (
    FILE_LOST,
    STORE_LOST,
    DomainError,
    FileLostError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import TurnLedger
from afterglow.ports.engine import TIME_TO_BEGIN, LiveReply
from afterglow.services.readying import Readier
from afterglow.services.work import LEAST_TIME_TO_BEGIN, PostponedError, Work

# A function that answers requests lives 28 s, so whoever holds a lease for longer is dead.
LEASE = timedelta(seconds=35)
# An upstream that fails three times has failed.
MOST_FAILURES = 3
# And one more for whoever is killed in the middle: no turn costs more than three calls too many.
MOST_ATTEMPTS = MOST_FAILURES + 1
# Seconds before the next try, by how many there have been.
BACK_OFF = (0.5, 1.0, 2.0)
# Deleted at OpenAI by hand, or not in the project that the key has led to since.
FILES_LOST = frozenset({FILE_LOST, STORE_LOST})

# Has a user's files looked after: which of them is lost, by its id upstream, if that is known.
Rebuild = Callable[[int, str | None], None]


@dataclass(frozen=True, slots=True)
class Starter:
    """Has the engine begin. `sleep` takes seconds; `rebuild` has lost files brought back."""

    ledger: TurnLedger
    readier: Readier
    rebuild: Rebuild
    now: Clock
    sleep: Callable[[float], None]

    def start(self, work: Work, listening: ExitStack) -> LiveReply:
        """Begin a claimed run upstream and bind it; `listening` closes what listens to it.

        What passes is tried again while there is time. Raises what the engine raises when that is
        final, PostponedError when the next try is somebody else's, SupersededError when somebody
        else has claimed the run.
        """
        while True:
            prompt = self.readier.prompt(work)
            within = self._time_to_begin(work)
            try:
                starting = work.engine.start(prompt, within=within)
                live = listening.enter_context(starting)
            except (OperationFailedError, RateLimitError) as error:
                self._wait_for_another_try(work, error)
            else:
                self._bind(work, live.reply.response_id)
                return live

    def _time_to_begin(self, work: Work) -> timedelta:
        """Return how long the upstream may take to name a Response, or leave it to others."""
        left = work.patience - self.now()
        if left < LEAST_TIME_TO_BEGIN:
            work.run = self.ledger.renew(work.run, self.now())
            raise PostponedError
        return min(left, TIME_TO_BEGIN)

    def _bind(self, work: Work, response_id: str) -> None:
        try:
            work.run = self.ledger.bind(work.run, response_id)
        except Exception:
            # Nobody else knows of it.
            with suppress(DomainError):
                work.engine.delete(response_id)
            raise

    def _wait_for_another_try(self, work: Work, error: DomainError) -> None:
        failed = replace(work.run, failures=work.run.failures + 1)
        is_last = failed.failures >= MOST_FAILURES or failed.tries >= MOST_ATTEMPTS
        if is_last:
            raise error
        if error.code in FILES_LOST:
            # The next try waits for them.
            lost = error.upstream_id if isinstance(error, FileLostError) else None
            self.rebuild(work.run.user_id, lost)
        given = error.retry_after if isinstance(error, RateLimitError) else None
        wait = BACK_OFF[work.run.failures] if given is None else given
        next_try = self.now() + timedelta(seconds=wait)
        if given is not None and next_try > work.patience:
            raise error
        if not work.can_begin_at(next_try):
            work.run = self.ledger.renew(failed, next_try)
            raise PostponedError
        self.sleep(wait)
        work.run = self.ledger.claim(failed, next_try + LEASE)
