"""Beginning a run upstream: claimed, started, bound; and begun again, a few times."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from afterglow.domain.errors import DomainError, OperationFailedError, RateLimitError
from afterglow.domain.models import Message, Run
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import TurnLedger
from afterglow.ports.engine import TIME_TO_BEGIN, Engine, LiveReply, Prompt

# A function that answers requests lives 28 s, so whoever holds a lease for longer is dead.
LEASE = timedelta(seconds=35)
# An upstream that fails three times has failed.
MOST_FAILURES = 3
# And one more for whoever is killed in the middle: no turn costs more than three calls too many.
MOST_ATTEMPTS = MOST_FAILURES + 1
# Whoever begins when less is left would be killed in the middle.
LEAST_TIME_TO_BEGIN = timedelta(seconds=3)
# Seconds before the next try, by how many there have been.
BACK_OFF = (0.5, 1.0, 2.0)


@dataclass(slots=True)
class Work:
    """A run under somebody's hands, as it was last written, and what it takes to move it on.

    The work ends at `until`; what the upstream asks to wait for may be as late as `patience`.
    `opener` raises InvalidInputError for want of a key. `answer` is what was stored as one.
    """

    run: Run
    opener: Callable[[], Engine]
    prompt: Callable[[Run], Prompt]
    until: datetime
    patience: datetime
    answer: Message | None = None
    _engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The owner's engine, opened when it is first needed."""
        if self._engine is None:
            self._engine = self.opener()
        return self._engine


class PostponedError(Exception):
    """The upstream is to be asked again later; the run is due then. Nothing is lost."""


@dataclass(frozen=True, slots=True)
class Starter:
    """Has the engine begin. `sleep` takes seconds."""

    ledger: TurnLedger
    now: Clock
    sleep: Callable[[float], None]

    def start(self, work: Work, listening: ExitStack) -> LiveReply:
        """Begin a claimed run upstream and bind it; `listening` closes what listens to it.

        What passes is tried again while there is time. Raises what the engine raises when that is
        final, PostponedError when the next try is somebody else's, SupersededError when somebody
        else has claimed the run.
        """
        while True:
            within = self._time_to_begin(work)
            try:
                starting = work.engine.start(work.prompt(work.run), within=within)
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
        if failed.failures >= MOST_FAILURES or failed.attempt >= MOST_ATTEMPTS:
            raise error
        given = error.retry_after if isinstance(error, RateLimitError) else None
        wait = BACK_OFF[work.run.failures] if given is None else given
        next_try = self.now() + timedelta(seconds=wait)
        if given is not None and next_try > work.patience:
            raise error
        if next_try > work.until or next_try + LEAST_TIME_TO_BEGIN > work.patience:
            work.run = self.ledger.renew(failed, next_try)
            raise PostponedError
        self.sleep(wait)
        work.run = self.ledger.claim(failed, next_try + LEASE)
