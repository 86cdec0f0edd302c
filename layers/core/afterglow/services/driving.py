"""What moves an accepted run on, whoever it is that does: a request, the poller, the sweeper.

claim    the run is somebody's to begin, with a number that only they have (acceptance: the first)
start    the engine begins; nothing is written
bind     the run learns its Response
watch    nothing is written
commit   one transaction: the answer, the end of the run, the thread free with a new head
release  instead, when there is no answer: as much as there was of one, the end of the run, the
         thread free with its head as it was

It may end anywhere: what was not written is done again by whoever finds the run due. Who is late
finds a condition failed, and believes what is stored.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from afterglow.domain.errors import (
    DomainError,
    NotFoundError,
    OperationFailedError,
    SupersededError,
)
from afterglow.domain.models import Run, RunError, RunState
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import RunRepository, TurnLedger
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.answers import answer_of, is_answered, partial_of
from afterglow.services.citing import Citing
from afterglow.services.endings import ABANDONED, THREAD_DELETED, ending_of, error_of
from afterglow.services.starting import LEASE, MOST_ATTEMPTS, Starter
from afterglow.services.watching import LOST, Watcher
from afterglow.services.work import PostponedError, Work


@dataclass(frozen=True, slots=True)
class Driver:
    """Moves runs on."""

    ledger: TurnLedger
    runs: RunRepository
    starter: Starter
    watcher: Watcher
    citing: Citing
    now: Clock

    def drive(self, work: Work) -> Run:
        """Move a run on until it is over or the work's time is, and return it as it stands.

        The run must be claimed by whoever calls, or bound. Raises what the vendors of the ports
        raise: then the run stays as it is, for whoever finds it due.
        """
        with self._believing(work):
            try:
                self._drive(work)
            except (PostponedError, SupersededError):
                raise
            except NotFoundError:
                self._end(work, RunState.CANCELLED, THREAD_DELETED)
            except DomainError as error:
                self._end(work, RunState.FAILED, error_of(error))
        return work.run

    def claim(self, work: Work) -> bool:
        """Take over a run that is due, and tell whether it may be begun now."""
        with self._believing(work):
            if work.run.tries >= MOST_ATTEMPTS:
                self._end(work, RunState.FAILED, ABANDONED)
                return False
            work.run = self.ledger.claim(work.run, self.now() + LEASE)
            return True
        return False

    def stop(self, work: Work, state: RunState, error: RunError) -> Run:
        """End a run now. It is completed all the same if the upstream had the answer already.

        Raises what the engine raises: then the run goes on.
        """
        with self._believing(work):
            reply = None
            if work.run.response_id is not None:
                reply = work.engine.cancel(work.run.response_id)
            if reply is not None and reply.state is ReplyState.DONE:
                self._settle(work, reply)
            else:
                self._end(work, state, error, reply)
        return work.run

    def end(self, work: Work, state: RunState, error: RunError) -> Run:
        """End a run without asking the upstream."""
        with self._believing(work):
            self._end(work, state, error)
        return work.run

    @contextmanager
    def _believing(self, work: Work) -> Iterator[None]:
        """Take the run as it is stored when somebody else has moved it on."""
        try:
            yield
        except PostponedError:
            return
        except SupersededError:
            self._believe(work)

    def _believe(self, work: Work) -> None:
        late = work.run
        try:
            work.run = self.runs.get(late.user_id, late.id)
        except NotFoundError:
            work.run = late.ended(RunState.CANCELLED, self.now(), THREAD_DELETED)
            return
        if _is_untouched(work.run, late):
            # So it is the thread: it was deleted.
            with suppress(SupersededError):
                self._end(work, RunState.CANCELLED, THREAD_DELETED)

    def _drive(self, work: Work) -> None:
        while True:
            try:
                with ExitStack() as listening:
                    reply = self._reply(work, listening)
            except OperationFailedError as error:
                is_last = work.run.is_restarted or work.run.tries >= MOST_ATTEMPTS
                if error.code != LOST or is_last:
                    raise
                # Gone with its project or its time: once more, from our own records.
                work.run = self.ledger.claim(work.run, self.now() + LEASE)
            else:
                return self._settle(work, reply)

    def _reply(self, work: Work, listening: ExitStack) -> Reply:
        if work.run.response_id is None:
            reply = self.starter.start(work, listening).follow(work.until)
        else:
            reply = self.watcher.look(work.engine, work.run.response_id)
        return self.watcher.watch(work.engine, reply, until=work.until)

    def _settle(self, work: Work, reply: Reply) -> None:
        if reply.state is ReplyState.WORKING:
            return
        if is_answered(reply):
            ended = work.run.ended(RunState.COMPLETED, self.now(), usage=reply.usage)
            citations = self.citing.citations_of(ended, reply)
            answer = answer_of(ended, reply, citations, self.now())
            self.ledger.commit(ended, answer)
            work.run, work.answer = ended, answer
        else:
            state, error = ending_of(work.run, reply, self.now())
            self._end(work, state, error, reply)

    def _end(
        self, work: Work, state: RunState, error: RunError, reply: Reply | None = None
    ) -> None:
        usage = None if reply is None else reply.usage
        ended = work.run.ended(state, self.now(), error, usage)
        citations = self.citing.citations_of(ended, reply)
        self.ledger.release(ended, partial_of(ended, reply, citations, self.now()))
        work.run = ended


def _is_untouched(stored: Run, read: Run) -> bool:
    """Tell whether nobody has ended, claimed, bound or renewed a run since it was read."""
    return not stored.is_over and (stored.attempt, stored.response_id, stored.lease_until) == (
        read.attempt,
        read.response_id,
        read.lease_until,
    )
