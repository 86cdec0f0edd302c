"""`TurnLedger` in memory: every method checks all of its conditions, then writes all or nothing."""

from dataclasses import replace
from datetime import datetime

from afterglow.domain.errors import ConflictError, RateLimitError, SupersededError
from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord, Message, Run, Thread
from afterglow.domain.rates import Use
from afterglow.ports.conversations import Terms
from tests.fakes.conversations import Records
from tests.fakes.limits import Counts


class InMemoryLedger:
    """The records of a turn."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.uses: list[Use] = []
        self._counts = Counts()

    def accept(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store message, run and what the claim has made, and lock the thread."""
        self._check_room(run, terms)
        stored = self.records.threads.get((run.user_id, run.thread_id))
        if (
            stored is None
            or stored.last_message_id != thread.last_message_id
            or stored.active_run_id is not None
        ):
            raise ConflictError("The thread has moved on")
        self._begin(stored, run, message, terms)

    def open(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store a new thread with its first message and run, and lock it."""
        self._check_room(run, terms)
        self._begin(thread, run, message, terms)

    def _check_room(self, run: Run, terms: Terms) -> None:
        others = self.records.runs.values()
        if sum(o.user_id == run.user_id and not o.is_over for o in others) >= terms.most_open:
            raise RateLimitError("Rate limit exceeded", retry_after=5)
        for use in terms.uses:
            self._counts.check(use)

    def _begin(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        self.records.record(terms.claim, run.id)
        for use in terms.uses:
            self._counts.count_in(use)
            self.uses.append(use)
        self.records.runs[run.user_id, run.id] = run
        self._write(message)
        self.records.threads[run.user_id, run.thread_id] = replace(
            thread,
            last_message_id=message.id,
            active_run_id=run.id,
            updated_at=message.created_at,
        )

    def claim(self, run: Run, lease_until: datetime) -> Run:
        """Take a run over as it was read, to begin it (again)."""
        if self._as_read(run).lease_until != run.lease_until:
            raise _superseded()
        return self._store(run.claimed(lease_until))

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work."""
        self._as_read(run)
        return self._store(run.bound_to(response_id))

    def renew(self, run: Run, lease_until: datetime) -> Run:
        """Move on when the run is due."""
        self._as_read(run)
        return self._store(replace(run, lease_until=lease_until))

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""
        if self._is_stored(run):
            return
        self._as_read(run)
        key = (answer.user_id, answer.thread_id, answer.id)
        if not self._is_locked_by(run) or key in self.records.messages:
            raise _superseded()
        self._write(answer)
        self._store(run)
        self._free(
            run,
            head_response_id=run.response_id,
            head_message_id=answer.id,
            last_message_id=answer.id,
            updated_at=answer.created_at,
        )

    def release(self, run: Run, partial: Message | None = None) -> None:
        """Store the end of a run without an answer and free the thread, if it is still there."""
        if self._is_stored(run):
            return
        self._as_read(run)
        self._store(run)
        if not self._is_locked_by(run):
            return
        if partial is None:
            self._free(run)
        else:
            self._write(partial)
            self._free(run, last_message_id=partial.id, updated_at=partial.created_at)

    def _as_read(self, run: Run) -> Run:
        """Return the run as it is stored, if nobody has claimed, bound or ended it meanwhile."""
        stored = self.records.runs.get((run.user_id, run.id))
        if (
            stored is None
            or stored.is_over
            or (stored.attempt, stored.response_id) != (run.attempt, run.response_id)
        ):
            raise _superseded()
        return stored

    def _is_stored(self, run: Run) -> bool:
        stored = self.records.runs.get((run.user_id, run.id))
        return stored is not None and (stored.state, stored.response_id, stored.ended_at) == (
            run.state,
            run.response_id,
            run.ended_at,
        )

    def _is_locked_by(self, run: Run) -> bool:
        thread = self.records.threads.get((run.user_id, run.thread_id))
        return thread is not None and thread.active_run_id == run.id

    def _store(self, run: Run) -> Run:
        self.records.runs[run.user_id, run.id] = run
        return run

    def _write(self, message: Message) -> None:
        self.records.messages[message.user_id, message.thread_id, message.id] = message

    def _free(self, run: Run, **moved: object) -> None:
        key = (run.user_id, run.thread_id)
        thread = replace(self.records.threads[key], active_run_id=None)
        self.records.threads[key] = replace(thread, **moved)  # type: ignore[arg-type]


class InMemoryIdempotency:
    """`IdempotencyRepository` on what the others note."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def find(self, claim: IdempotencyClaim) -> IdempotencyRecord | None:
        """Return what the owner's key has made, None if nothing yet."""
        return self.records.made.get((claim.user_id, claim.key))


def _superseded() -> SupersededError:
    return SupersededError("The run was moved on meanwhile", code="run_superseded")
