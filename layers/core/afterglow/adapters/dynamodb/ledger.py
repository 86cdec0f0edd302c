"""`TurnLedger` on DynamoDB: each step of a turn is one write that happens once or not at all."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.answers import answer_item, save_answer, thread_key
from afterglow.adapters.dynamodb.idempotency import record_claim
from afterglow.adapters.dynamodb.open_runs import check_room, count_open, uncount_open
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.records.runs import run_item, run_key
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem, ThreadItem
from afterglow.adapters.dynamodb.threads import save_new_thread
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, SupersededError
from afterglow.domain.models import OPEN_STATES, IdempotencyClaim, Message, Run, Thread

# Attributes and what they are now; None is not known.
Facts = Sequence[tuple[Attribute[Any], object]]


class DynamoTurnLedger:
    """The records of a turn."""

    def accept(
        self,
        thread: Thread,
        run: Run,
        message: Message,
        *,
        most_open: int,
        claim: IdempotencyClaim | None = None,
    ) -> None:
        """Store message, run and what the claim has made, and lock the thread."""

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                thread_key(run),
                actions=[
                    ThreadItem.last_message_id.set(message.id),
                    ThreadItem.active_run_id.set(run.id),
                    ThreadItem.updated_at.set(message.created_at),
                ],
                condition=_is_free_as_read(thread),
            )
            _save_first_step(transaction, run, message, most_open, claim)

        with _conflicting(run, most_open):
            write_transaction(fill)

    def open(
        self,
        thread: Thread,
        run: Run,
        message: Message,
        *,
        most_open: int,
        claim: IdempotencyClaim | None = None,
    ) -> None:
        """Store a new thread with its first message and run, and lock it."""
        locked = replace(thread, last_message_id=message.id, active_run_id=run.id)

        def fill(transaction: TransactWrite) -> None:
            save_new_thread(transaction, locked)
            _save_first_step(transaction, run, message, most_open, claim)

        with _conflicting(run, most_open):
            write_transaction(fill)

    def claim(self, run: Run, lease_until: datetime) -> Run:
        """Take a run over as it was read, to begin it (again)."""
        claimed, token = run.claimed(lease_until), str(uuid4())
        _update(
            run,
            [
                RunItem.state.set(claimed.state.value),
                RunItem.attempt.set(claimed.attempt),
                RunItem.failures.set(claimed.failures),
                RunItem.lease_until.set(lease_until),
                RunItem.is_restarted.set(claimed.is_restarted),
                RunItem.claim_token.set(token),
                RunItem.response_id.remove(),
            ],
            # Somebody who has renewed it meanwhile is alive.
            RunItem.lease_until == run.lease_until,
            is_done=lambda stored: stored.claim_token == token,
        )
        return claimed

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work."""
        bound = run.bound_to(response_id)
        _update(
            run,
            [RunItem.state.set(bound.state.value), RunItem.response_id.set(response_id)],
            is_done=lambda stored: stored.response_id == response_id,
        )
        return bound

    def renew(self, run: Run, lease_until: datetime) -> Run:
        """Move on when the run is due."""
        actions = [RunItem.lease_until.set(lease_until), RunItem.failures.set(run.failures)]
        _update(run, actions)
        return replace(run, lease_until=lease_until)

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""
        item = answer_item(run, answer)

        def fill(transaction: TransactWrite) -> None:
            save_answer(transaction, item)
            _end(transaction, run)
            moved: Facts = [
                (ThreadItem.head_response_id, run.response_id),
                (ThreadItem.head_message_id, answer.id),
                (ThreadItem.last_message_id, answer.id),
                (ThreadItem.updated_at, answer.created_at),
            ]
            _free(transaction, run, *_set_known(moved))

        _write_once(fill, run)

    def release(self, run: Run, partial: Message | None = None) -> None:
        """Store the end of a run without an answer and free the thread, if it is still there."""
        item = None if partial is None else answer_item(run, partial)

        def fill(transaction: TransactWrite) -> None:
            _end(transaction, run)
            if item is None:
                _free(transaction, run)
            else:
                save_answer(transaction, item)
                _free(
                    transaction,
                    run,
                    ThreadItem.last_message_id.set(item.id),
                    ThreadItem.updated_at.set(item.created_at),
                )

        try:
            _write_once(fill, run)
        except SupersededError:
            # Of a thread that is deleted only the run is left to be ended.
            _write_once(lambda transaction: _end(transaction, run), run)


@contextmanager
def _conflicting(run: Run, most_open: int) -> Iterator[None]:
    try:
        yield
    except (ConditionFailedError, ContentionError):
        check_room(run.user_id, most_open)
        raise ConflictError("The thread has moved on") from None


def _save_first_step(
    transaction: TransactWrite,
    run: Run,
    message: Message,
    most_open: int,
    claim: IdempotencyClaim | None,
) -> None:
    transaction.save(message_item(message), condition=MessageItem.owner.does_not_exist())
    transaction.save(run_item(run), condition=RunItem.owner.does_not_exist())
    count_open(transaction, run, most_open)
    record_claim(transaction, claim, run.id, run.created_at)


def _update(
    run: Run,
    actions: Sequence[Action],
    condition: Condition | None = None,
    *,
    is_done: Callable[[RunItem], bool] = lambda _: False,
) -> None:
    """Change a run as it was read, or find that an earlier try, whose reply was lost, did."""
    is_as_read = _is_as_read(run)
    try:
        with conditional_write():
            run_key(run.user_id, run.id).update(
                actions=list(actions),
                condition=is_as_read if condition is None else is_as_read & condition,
            )
    except ConditionFailedError:
        stored = _stored(run)
        if stored is None or not is_done(stored):
            raise _superseded() from None


def _stored(run: Run) -> RunItem | None:
    try:
        return RunItem.get(user_key(run.user_id), f"R#{run.id}", consistent_read=True)
    except RunItem.DoesNotExist:
        return None


def _write_once(fill: Callable[[TransactWrite], None], run: Run) -> None:
    """Write the end of a run, or find that an earlier try, whose reply was lost, got through."""
    try:
        write_transaction(fill)
    except ConditionFailedError:
        if not _is_stored(run):
            raise _superseded() from None


def _is_stored(run: Run) -> bool:
    stored = _stored(run)
    return stored is not None and (stored.state, stored.response_id) == (
        run.state.value,
        run.response_id,
    )


def _is_free_as_read(thread: Thread) -> Condition:
    """Return that nobody has locked, deleted or added to the thread since it was read."""
    condition: Condition = (
        (ThreadItem.last_message_id == thread.last_message_id)
        & ThreadItem.deleted_at.does_not_exist()
        & ThreadItem.active_run_id.does_not_exist()
    )
    return condition


def _is_as_read(run: Run) -> Condition:
    """Return that nobody has claimed, bound or ended the run since it was read."""
    is_open = RunItem.state.is_in(*sorted(state.value for state in OPEN_STATES))
    bound = (
        RunItem.response_id.does_not_exist()
        if run.response_id is None
        else RunItem.response_id == run.response_id
    )
    condition: Condition = (RunItem.attempt == run.attempt) & is_open & bound
    return condition


def _end(transaction: TransactWrite, run: Run) -> None:
    facts: Facts = [
        (RunItem.state, run.state.value),
        (RunItem.ended_at, run.ended_at),
        (RunItem.error, run.error and asdict(run.error)),
        (RunItem.input_tokens, run.usage and run.usage.input_tokens),
        (RunItem.output_tokens, run.usage and run.usage.output_tokens),
    ]
    transaction.update(
        run_key(run.user_id, run.id),
        actions=[RunItem.lease_until.remove(), RunItem.due_shard.remove(), *_set_known(facts)],
        condition=_is_as_read(run),
    )
    uncount_open(transaction, run)


def _set_known(facts: Facts) -> list[Action]:
    return [attribute.set(value) for attribute, value in facts if value is not None]


def _free(transaction: TransactWrite, run: Run, *also: Action) -> None:
    transaction.update(
        thread_key(run),
        actions=[ThreadItem.active_run_id.remove(), *also],
        condition=ThreadItem.active_run_id == run.id,
    )


def _superseded() -> SupersededError:
    return SupersededError("The run was moved on meanwhile", code="run_superseded")
