"""`TurnLedger` in memory: every method checks all of its conditions, then writes all or nothing."""

from dataclasses import replace
from datetime import datetime

from afterglow.domain.errors import ConflictError, OperationFailedError, RateLimitError
from afterglow.domain.models import Message, Run, RunState, Thread
from tests.fakes.conversations import Records

_OPEN = {RunState.QUEUED, RunState.IN_PROGRESS}


class InMemoryLedger:
    """The records of a turn."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.given_up: set[tuple[int, str]] = set()

    def accept(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store message and run and lock the thread. Raises ConflictError if it has moved on."""
        stored = self.records.threads.get((run.user_id, run.thread_id))
        if (
            stored is None
            or stored.last_message_id != thread.last_message_id
            or stored.active_run_id != thread.active_run_id
        ):
            raise ConflictError("The thread has moved on")
        self._check_room(run, most_open)
        if thread.active_run_id is not None:
            self._end_abandoned(run.user_id, thread.active_run_id, run.created_at)
        self._begin(stored, run, message)

    def open(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store a new thread with its first message and run, and lock it."""
        self._check_room(run, most_open)
        self._begin(thread, run, message)

    def _check_room(self, run: Run, most_open: int) -> None:
        working = [
            other
            for other in self.records.runs.values()
            if other.user_id == run.user_id
            and other.state in _OPEN
            and (other.user_id, other.id) not in self.given_up
            and other.lease_until > run.created_at
        ]
        if len(working) >= most_open:
            raise RateLimitError("Rate limit exceeded", retry_after=5)

    def _begin(self, thread: Thread, run: Run, message: Message) -> None:
        self.records.runs[run.user_id, run.id] = run
        self._write(message)
        self.records.threads[run.user_id, run.thread_id] = replace(
            thread,
            last_message_id=message.id,
            active_run_id=run.id,
            lease_until=run.lease_until,
            updated_at=message.created_at,
        )

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work. Raises OperationFailedError if no longer ours."""
        stored = self.records.runs[run.user_id, run.id]
        if stored.attempt != run.attempt or stored.state is not RunState.QUEUED:
            raise _superseded()
        self.records.runs[run.user_id, run.id] = stored.bound_to(response_id)
        return run.bound_to(response_id)

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""
        stored = self.records.runs[run.user_id, run.id]
        if stored.state is run.state and stored.response_id == run.response_id:
            return
        key = (answer.user_id, answer.thread_id, answer.id)
        if (
            not self._is_ours(run)
            or stored.response_id != run.response_id
            or key in self.records.messages
        ):
            raise _superseded()
        self._write(answer)
        self.records.runs[run.user_id, run.id] = run
        self._free(
            run, head=run.response_id, last_message_id=answer.id, updated_at=answer.created_at
        )

    def release(self, run: Run) -> None:
        """Store the end of a run without an answer and free the thread, if it is still ours."""
        self.given_up.add((run.user_id, run.id))
        if self._is_ours(run):
            response_id = self.records.runs[run.user_id, run.id].response_id
            self.records.runs[run.user_id, run.id] = replace(run, response_id=response_id)
            self._free(run)

    def _is_ours(self, run: Run) -> bool:
        stored = self.records.runs[run.user_id, run.id]
        thread = self.records.threads.get((run.user_id, run.thread_id))
        return (
            thread is not None
            and stored.attempt == run.attempt
            and stored.state in _OPEN
            and thread.active_run_id == run.id
        )

    def _end_abandoned(self, user_id: int, run_id: str, now: datetime) -> None:
        abandoned = self.records.runs[user_id, run_id]
        self.records.runs[user_id, run_id] = abandoned.ended(
            RunState.EXPIRED, now, code="run_abandoned"
        )

    def _write(self, message: Message) -> None:
        self.records.messages[message.user_id, message.thread_id, message.id] = message

    def _free(
        self,
        run: Run,
        *,
        head: str | None = None,
        last_message_id: int | None = None,
        updated_at: datetime | None = None,
    ) -> None:
        key = (run.user_id, run.thread_id)
        thread = self.records.threads[key]
        self.records.threads[key] = replace(
            thread,
            active_run_id=None,
            lease_until=None,
            head_response_id=head or thread.head_response_id,
            last_message_id=last_message_id or thread.last_message_id,
            updated_at=updated_at or thread.updated_at,
        )


def _superseded() -> OperationFailedError:
    return OperationFailedError("The run was given up meanwhile", code="run_superseded")
