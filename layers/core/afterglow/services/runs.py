"""Runs, as their owners see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.domain.models import Message, Run, RunState, User
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import RunRepository, ThreadRepository
from afterglow.services.driving import Driver
from afterglow.services.endings import CANCELLED
from afterglow.services.opening import Engines
from afterglow.services.prompting import Prompting
from afterglow.services.references import Reference, find_thread
from afterglow.services.watching import LOST, Watcher
from afterglow.services.work import Work

KEY_TROUBLES = {"openai_key_missing", "openai_key_invalid", "openai_key_refused"}


@dataclass(frozen=True, slots=True)
class RunService:
    """Looks at runs, waits for them, stops them."""

    runs: RunRepository
    threads: ThreadRepository
    engines: Engines
    prompting: Prompting
    driver: Driver
    watcher: Watcher
    now: Clock

    def get(self, user: User, run_id: str, *, wait_until: datetime) -> Run:
        """Return a run once it is over, or as it stands at `wait_until`. Raises NotFoundError."""
        return self.awaited(self.runs.get(user.id, run_id), wait_until)

    def awaited(self, run: Run, until: datetime) -> Run:
        """Return the run once it is over, or as it stands then. Nothing is written."""
        latest = run

        def is_over() -> bool:
            nonlocal latest
            latest = self.runs.get(run.user_id, run.id)
            return latest.is_over

        if not run.is_over:
            self.watcher.wait_for(is_over, until=until)
        return latest

    def answer(self, run: Run) -> Message | None:
        """Return the answer of a run, None if it has none."""
        if run.state is not RunState.COMPLETED:
            return None
        return self.threads.message(run.user_id, run.thread_id, run.message_id + 1)

    def list(
        self, user: User, thread: Reference, *, before: int | None, page_size: int | None
    ) -> Iterator[Run]:
        """Return a thread's runs below a message id, the latest first. Raises NotFoundError."""
        found = find_thread(self.threads, user.id, thread)
        return self.runs.list(found, before=before, page_size=page_size)

    def cancel(self, user: User, run_id: str) -> Run:
        """Stop a run here and upstream, and return it as that left it.

        One that is over stays as it is; one whose answer was there first is completed. Raises
        NotFoundError, and what the upstream raises while the run goes on there.
        """
        run = self.runs.get(user.id, run_id)
        if run.is_over:
            return run
        work = Work(
            run=run,
            opener=lambda: self.engines.of(user),
            prompt=self.prompting.prompt,
            until=self.now(),
            patience=self.now(),
        )
        try:
            return self._stopped(work)
        except InvalidInputError as error:
            if error.code not in KEY_TROUBLES:
                raise
            # The key opens nothing any more: there is nobody upstream to be told.
            return self.driver.end(work, RunState.CANCELLED, CANCELLED)

    def _stopped(self, work: Work) -> Run:
        try:
            return self.driver.stop(work, RunState.CANCELLED, CANCELLED)
        except OperationFailedError as error:
            if error.code != LOST:
                raise
            return self.driver.end(work, RunState.CANCELLED, CANCELLED)
