"""`TurnLedger` on DynamoDB: each step of a turn is one write that happens once or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.answers import answer_item, save_answer, thread_key
from afterglow.adapters.dynamodb.idempotency import record_claim
from afterglow.adapters.dynamodb.limits import check_room_for, count_use
from afterglow.adapters.dynamodb.open_runs import check_room, count_open
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.records.runs import run_item
from afterglow.adapters.dynamodb.run_changes import (
    Facts,
    change_run,
    end_run,
    set_known,
    write_end,
)
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem, ThreadItem
from afterglow.adapters.dynamodb.threads import save_new_thread
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, SupersededError
from afterglow.domain.models import Message, Run, Thread
from afterglow.ports.conversations import Terms


class DynamoTurnLedger:
    """The records of a turn."""

    def accept(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
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
            _save_first_step(transaction, run, message, terms)

        with _conflicting(run, terms):
            write_transaction(fill)

    def open(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store a new thread with its first message and run, and lock it."""
        locked = replace(thread, last_message_id=message.id, active_run_id=run.id)

        def fill(transaction: TransactWrite) -> None:
            save_new_thread(transaction, locked)
            _save_first_step(transaction, run, message, terms)

        with _conflicting(run, terms):
            write_transaction(fill)

    def claim(self, run: Run, lease_until: datetime) -> Run:
        """Take a run over as it was read, to begin it (again)."""
        claimed, token = run.claimed(lease_until), str(uuid4())
        change_run(
            run,
            [
                RunItem.state.set(claimed.state.value),
                RunItem.attempt.set(claimed.attempt),
                RunItem.failures.set(claimed.failures),
                *_waits(claimed),
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
        change_run(
            run,
            [
                RunItem.state.set(bound.state.value),
                RunItem.response_id.set(response_id),
                *_waits(bound),
            ],
            is_done=lambda stored: stored.response_id == response_id,
        )
        return bound

    def renew(self, run: Run, lease_until: datetime) -> Run:
        """Move on when the run is due."""
        change_run(
            run,
            [
                RunItem.lease_until.set(lease_until),
                RunItem.failures.set(run.failures),
                *_waits(run),
            ],
        )
        return replace(run, lease_until=lease_until)

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""
        item = answer_item(run, answer)

        def fill(transaction: TransactWrite) -> None:
            save_answer(transaction, item)
            end_run(transaction, run)
            moved: Facts = [
                (ThreadItem.head_response_id, run.response_id),
                (ThreadItem.head_message_id, answer.id),
                (ThreadItem.last_message_id, answer.id),
                (ThreadItem.updated_at, answer.created_at),
            ]
            _free(transaction, run, *set_known(moved))

        write_end(fill, run)

    def release(self, run: Run, partial: Message | None = None) -> None:
        """Store the end of a run without an answer and free the thread, if it is still there."""
        item = None if partial is None else answer_item(run, partial)

        def fill(transaction: TransactWrite) -> None:
            end_run(transaction, run)
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
            write_end(fill, run)
        except SupersededError:
            # Of a thread that is deleted only the run is left to be ended.
            write_end(lambda transaction: end_run(transaction, run), run)


@contextmanager
def _conflicting(run: Run, terms: Terms) -> Iterator[None]:
    try:
        yield
    except (ConditionFailedError, ContentionError):
        check_room(run.user_id, terms.most_open)
        for use in terms.uses:
            check_room_for(use)
        raise ConflictError("The thread has moved on") from None


def _waits(run: Run) -> list[Action]:
    """Return what stores whether the run waits, and how often it has."""
    reason = RunItem.waits_for
    told = reason.remove() if run.waits_for is None else reason.set(run.waits_for.value)
    return [RunItem.waits.set(run.waits), told]


def _save_first_step(transaction: TransactWrite, run: Run, message: Message, terms: Terms) -> None:
    transaction.save(message_item(message), condition=MessageItem.owner.does_not_exist())
    transaction.save(run_item(run), condition=RunItem.owner.does_not_exist())
    count_open(transaction, run, terms.most_open)
    for use in terms.uses:
        count_use(transaction, use)
    record_claim(transaction, terms.claim, run.id, run.created_at)


def _is_free_as_read(thread: Thread) -> Condition:
    """Return that nobody has locked, deleted or added to the thread since it was read."""
    condition: Condition = (
        (ThreadItem.last_message_id == thread.last_message_id)
        & ThreadItem.deleted_at.does_not_exist()
        & ThreadItem.active_run_id.does_not_exist()
    )
    return condition


def _free(transaction: TransactWrite, run: Run, *also: Action) -> None:
    transaction.update(
        thread_key(run),
        actions=[ThreadItem.active_run_id.remove(), *also],
        condition=ThreadItem.active_run_id == run.id,
    )
