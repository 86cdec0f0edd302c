"""`TurnLedger` on DynamoDB: each step of a turn is one write that happens once or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.open_runs import (
    count_open,
    forget_open,
    make_room,
    uncount_open,
)
from afterglow.adapters.dynamodb.records.conversations import message_item, run_item
from afterglow.adapters.dynamodb.tables.base import (
    number_key,
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import (
    MessageItem,
    RunItem,
    ThreadItem,
)
from afterglow.adapters.dynamodb.thread_deletion import holds_lock_as_read
from afterglow.adapters.dynamodb.threads import save_new_thread
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, OperationFailedError
from afterglow.domain.models import Message, Run, RunState, Thread

# Attributes and what they are now; None is not known.
Facts = Sequence[tuple[Attribute[Any], object]]

_IS_OPEN: Condition = RunItem.state.is_in(RunState.QUEUED.value, RunState.IN_PROGRESS.value)


class DynamoTurnLedger:
    """The records of a turn."""

    def accept(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store message and run and lock the thread, taking over a lock whose lease is over."""

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                _thread_key(run),
                actions=[
                    ThreadItem.last_message_id.set(message.id),
                    ThreadItem.active_run_id.set(run.id),
                    ThreadItem.lease_until.set(run.lease_until),
                    ThreadItem.updated_at.set(message.created_at),
                ],
                condition=_is_as_read(thread),
            )
            _save_first_step(transaction, run, message, most_open)
            if thread.active_run_id is not None:
                _end_abandoned(transaction, run, thread.active_run_id)

        if thread.active_run_id is not None:
            forget_open(run.user_id, thread.active_run_id)
        try:
            write_transaction(fill)
        except (ConditionFailedError, ContentionError):
            make_room(run, most_open)
            raise ConflictError("The thread has moved on") from None

    def open(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store a new thread with its first message and run, and lock it."""
        locked = replace(
            thread,
            last_message_id=message.id,
            active_run_id=run.id,
            lease_until=run.lease_until,
        )

        def fill(transaction: TransactWrite) -> None:
            save_new_thread(transaction, locked)
            _save_first_step(transaction, run, message, most_open)

        try:
            write_transaction(fill)
        except (ConditionFailedError, ContentionError):
            make_room(run, most_open)
            raise ConflictError("The thread could not be opened") from None

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work. Raises OperationFailedError if no longer ours."""
        bound = run.bound_to(response_id)
        try:
            with conditional_write():
                _run_key(run.user_id, run.id).update(
                    actions=[
                        RunItem.state.set(bound.state.value),
                        RunItem.response_id.set(response_id),
                    ],
                    condition=(RunItem.attempt == run.attempt)
                    & (RunItem.state == RunState.QUEUED.value),
                )
        except ConditionFailedError:
            raise _superseded() from None
        return bound

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""

        def fill(transaction: TransactWrite) -> None:
            item = message_item(answer)
            transaction.save(item, condition=MessageItem.owner.does_not_exist())
            _end(transaction, run, RunItem.response_id == run.response_id)
            moved: Facts = [
                (ThreadItem.head_response_id, run.response_id),
                (ThreadItem.last_message_id, answer.id),
                (ThreadItem.updated_at, answer.created_at),
            ]
            _free(transaction, run, *_set_known(moved))

        try:
            write_transaction(fill)
        except ConditionFailedError:
            if not _is_committed(run):
                raise _superseded() from None

    def release(self, run: Run) -> None:
        """Store the end of a run without an answer and free the thread, if it is still ours."""

        def fill(transaction: TransactWrite) -> None:
            _end(transaction, run, RunItem.owner.exists())
            _free(transaction, run)

        try:
            write_transaction(fill)
        except ConditionFailedError:
            # No longer ours: freed already by this very write, taken by another, or deleted.
            forget_open(run.user_id, run.id)


def _save_first_step(
    transaction: TransactWrite, run: Run, message: Message, most_open: int
) -> None:
    transaction.save(message_item(message), condition=MessageItem.owner.does_not_exist())
    transaction.save(run_item(run), condition=RunItem.owner.does_not_exist())
    count_open(transaction, run, most_open)


def _is_committed(run: Run) -> bool:
    """Tell whether an earlier try, whose reply was lost, had got through."""
    stored = RunItem.get(user_key(run.user_id), f"R#{run.id}", consistent_read=True)
    return stored.state == run.state.value and stored.response_id == run.response_id


def _is_as_read(thread: Thread) -> Condition:
    """Return that nobody has locked, deleted or added to the thread since it was read."""
    condition: Condition = (
        (ThreadItem.last_message_id == thread.last_message_id)
        & ThreadItem.deleted_at.does_not_exist()
        & holds_lock_as_read(thread)
    )
    return condition


def _end_abandoned(transaction: TransactWrite, successor: Run, run_id: str) -> None:
    transaction.update(
        _run_key(successor.user_id, run_id),
        actions=[
            RunItem.state.set(RunState.EXPIRED.value),
            RunItem.error_code.set("run_abandoned"),
            RunItem.ended_at.set(successor.created_at),
            RunItem.lease_until.remove(),
        ],
        condition=_IS_OPEN,
    )


def _end(transaction: TransactWrite, run: Run, condition: Condition) -> None:
    facts: Facts = [
        (RunItem.state, run.state.value),
        (RunItem.ended_at, run.ended_at),
        (RunItem.error_code, run.error_code),
        (RunItem.input_tokens, run.usage and run.usage.input_tokens),
        (RunItem.output_tokens, run.usage and run.usage.output_tokens),
    ]
    transaction.update(
        _run_key(run.user_id, run.id),
        actions=[RunItem.lease_until.remove(), *_set_known(facts)],
        condition=(RunItem.attempt == run.attempt) & _IS_OPEN & condition,
    )
    uncount_open(transaction, run)


def _set_known(facts: Facts) -> list[Action]:
    return [attribute.set(value) for attribute, value in facts if value is not None]


def _free(transaction: TransactWrite, run: Run, *also: Action) -> None:
    transaction.update(
        _thread_key(run),
        actions=[ThreadItem.active_run_id.remove(), ThreadItem.lease_until.remove(), *also],
        condition=ThreadItem.active_run_id == run.id,
    )


def _run_key(user_id: int, run_id: str) -> RunItem:
    return RunItem(user_key(user_id), f"R#{run_id}")


def _thread_key(run: Run) -> ThreadItem:
    return ThreadItem(user_key(run.user_id), number_key("T", run.thread_id))


def _superseded() -> OperationFailedError:
    return OperationFailedError("The run was given up meanwhile", code="run_superseded")
