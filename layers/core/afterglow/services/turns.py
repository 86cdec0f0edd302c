"""A turn: a message is accepted, and answered within the request's time or by the same run later.

`driving` says what becomes of an accepted run. Here is who waits for it, and for how long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from afterglow.domain.models import User
from afterglow.domain.rates import Use
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import ThreadRepository
from afterglow.ports.engine import Engine
from afterglow.ports.launching import RunLauncher
from afterglow.services.acceptance import Acceptance, Turn, TurnRequest
from afterglow.services.driving import Driver
from afterglow.services.idempotency import Idempotency
from afterglow.services.opening import Engines
from afterglow.services.outcomes import TurnOutcome
from afterglow.services.prompting import Prompting
from afterglow.services.references import Reference
from afterglow.services.runs import RunService
from afterglow.services.threads import DEFAULT_TITLE
from afterglow.services.work import Work


@dataclass(frozen=True, slots=True)
class TurnService:
    """The one way a message takes, whichever route it came by.

    `uses_of_chat` and `uses_of_opening` say as what these are counted.
    """

    acceptance: Acceptance
    threads: ThreadRepository
    runs: RunService
    idempotency: Idempotency
    engines: Engines
    prompting: Prompting
    driver: Driver
    launcher: RunLauncher
    uses_of_chat: Callable[[User], Sequence[Use]]
    uses_of_opening: Callable[[User], Sequence[Use]]
    now: Clock

    def send(self, request: TurnRequest, thread: Reference) -> TurnOutcome:
        """Send a message and return what has become of it when the request's time is up.

        Raises NotFoundError, InvalidInputError, RateLimitError, ConflictError or ReusedKeyError
        with nothing stored. What goes wrong after that is in the outcome.
        """
        uses = self.uses_of_chat(request.user)
        return self._take(request, lambda: self.acceptance.accept(request, thread, uses))

    def open(self, request: TurnRequest, *, title: str | None = None) -> TurnOutcome:
        """Open a thread with a message and return what has become of it likewise.

        Raises as `send` does.
        """
        name, uses = title or DEFAULT_TITLE, self.uses_of_opening(request.user)
        return self._take(request, lambda: self.acceptance.open(request, name, uses))

    def _take(self, request: TurnRequest, accept: Callable[[], Turn]) -> TurnOutcome:
        return self.idempotency.once(
            request.claim,
            make=lambda: self._taken(request, accept),
            find=lambda run_id: self._earlier(request, run_id),
        ).thing

    def _taken(self, request: TurnRequest, accept: Callable[[], Turn]) -> TurnOutcome:
        engine, turn = self.engines.of(request.user), accept()
        if request.is_async:
            self.launcher.launch(turn.run)
            return TurnOutcome(turn.thread, turn.run)
        return self._finish(turn, engine, request.answer_by)

    def _earlier(self, request: TurnRequest, run_id: str) -> TurnOutcome:
        """Return what has become of the run that the same request began before."""
        wait_until = self.now() if request.is_async else request.answer_by
        run = self.runs.get(request.user, run_id, wait_until=wait_until)
        thread = self.threads.get(run.user_id, run.thread_id)
        return TurnOutcome(thread, run, self.runs.answer(run), is_replayed=True)

    def _finish(self, turn: Turn, engine: Engine, answer_by: datetime) -> TurnOutcome:
        work = Work(
            run=turn.run,
            opener=lambda: self.engines.of_owner(turn.run.user_id),
            prompt=lambda run: self.prompting.prompt_of(run, turn.thread, turn.message.content),
            until=answer_by,
            patience=answer_by,
            opened=engine,
        )
        outcome = self._driven(TurnOutcome(turn.thread, turn.run), work, answer_by)
        if not outcome.run.is_over:
            self.launcher.launch(outcome.run)
        return outcome

    def _driven(self, accepted: TurnOutcome, work: Work, answer_by: datetime) -> TurnOutcome:
        try:
            run = self.driver.drive(work)
            if not run.is_over:
                # Whoever has it now may be quick.
                run = self.runs.awaited(run, answer_by)
            return replace(accepted, run=run, answer=work.answer or self.runs.answer(run))
        except Exception as error:  # noqa: BLE001 - the message is kept, and the run will be found
            return replace(accepted, trouble=error)
