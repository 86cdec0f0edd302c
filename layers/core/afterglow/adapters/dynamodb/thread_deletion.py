"""A thread goes in one write for everyone to see; what it leaves behind is noted with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import ThreadItem
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import Thread

_TRIES = 5


def delete_threads(
    user_id: int, read: Callable[[], Sequence[Thread]], now: datetime
) -> Sequence[Thread]:
    """Delete what `read` returns in one transaction and return it.

    When one of them changes meanwhile, they are read again. Their runs are given up: what would
    end them finds the thread gone. Raises ConflictError if that does not end, and what `read`
    raises.
    """
    for _ in range(_TRIES):
        threads = read()
        if not threads:
            return threads
        try:
            write_transaction(partial(_fill, user_key(user_id), threads, now))
        except (ConditionFailedError, ContentionError):
            continue
        return threads
    raise ConflictError("The thread is being changed")


def _fill(owner: str, threads: Sequence[Thread], now: datetime, transaction: TransactWrite) -> None:
    for thread in threads:
        key = number_key("T", thread.id)
        transaction.update(
            ThreadItem(owner, key),
            actions=[
                ThreadItem.deleted_at.set(now),
                ThreadItem.active_run_id.remove(),
            ],
            condition=ThreadItem.deleted_at.does_not_exist() & holds_lock_as_read(thread),
        )
        transaction.save(DeletionItem(owner, key, user_id=thread.user_id, requested_at=now))


def holds_lock_as_read(thread: Thread) -> Condition:
    """Return that the thread is there, and nobody has locked or freed it since it was read."""
    same: Condition = ThreadItem.active_run_id == thread.active_run_id
    if thread.active_run_id is None:
        same = ThreadItem.owner.exists() & ThreadItem.active_run_id.does_not_exist()
    return same
