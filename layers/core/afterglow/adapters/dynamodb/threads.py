"""`ThreadRepository` on DynamoDB."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.counters import next_id
from afterglow.adapters.dynamodb.idempotency import record_claim
from afterglow.adapters.dynamodb.records.conversations import (
    message_from,
    messages_key,
    thread_from,
    thread_item,
)
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import (
    MessageItem,
    ThreadItem,
    ThreadPointerItem,
)
from afterglow.adapters.dynamodb.thread_deletion import delete_threads
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, NotFoundError
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.domain.models import IdempotencyClaim, Message, Thread

# What one transaction takes: two items for each.
_AT_A_TIME = 40
# Deleted threads lie between the others for a while: read few at a time, they are many trips.
_AT_LEAST = 200
_IS_THERE = ThreadItem.deleted_at.does_not_exist()


class DynamoThreadRepository:
    """Threads and their messages, of one owner at a time. A deleted thread is not there."""

    def add(self, thread: Thread, *, claim: IdempotencyClaim | None = None) -> None:
        """Store a new thread, and that it is what the claim has made."""

        def fill(transaction: TransactWrite) -> None:
            save_new_thread(transaction, thread)
            record_claim(transaction, claim, thread.id, thread.created_at)

        try:
            write_transaction(fill)
        except (ConditionFailedError, ContentionError):
            # Ids are never given out twice, so it is the claim.
            raise ConflictError("The thread is being made") from None

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of a thread, never the same twice."""
        return next_id(user_id, "threads")

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        try:
            item = ThreadItem.get(
                user_key(user_id), number_key("T", thread_id), consistent_read=True
            )
        except ThreadItem.DoesNotExist:
            raise _not_found() from None
        if item.deleted_at is not None:
            raise _not_found()
        return thread_from(item)

    def find(self, user_id: int, openai_thread_id: str) -> Thread:
        """Return one by its `thread_` id. Raises NotFoundError."""
        try:
            pointer = ThreadPointerItem.get(
                user_key(user_id), f"P#{openai_thread_id}", consistent_read=True
            )
        except ThreadPointerItem.DoesNotExist:
            raise _not_found() from None
        return self.get(user_id, int(pointer.thread_id))

    def list(
        self, user_id: int, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Thread]:
        """Return a user's threads below an id, by id descending."""
        last = (before or MAX_INTEGER_ID + 1) - 1
        items = ThreadItem.query(
            user_key(user_id),
            ThreadItem.item.between(number_key("T", 0), number_key("T", last)),
            filter_condition=_IS_THERE,
            scan_index_forward=False,
            consistent_read=True,
            page_size=page_size and max(page_size, _AT_LEAST),
        )
        return map(thread_from, items)

    def change(
        self,
        user_id: int,
        thread_id: int,
        *,
        title: str | None,
        is_archived: bool | None,
        now: datetime,
    ) -> None:
        """Store a title, or whether the thread is archived; None leaves it."""
        actions: list[Action] = [ThreadItem.updated_at.set(now)]
        if title is not None:
            actions.append(ThreadItem.title.set(title))
        if is_archived is not None:
            actions.append(ThreadItem.is_archived.set(is_archived))
        try:
            with conditional_write():
                ThreadItem(user_key(user_id), number_key("T", thread_id)).update(
                    actions=actions, condition=ThreadItem.owner.exists() & _IS_THERE
                )
        except ConditionFailedError:
            raise _not_found() from None

    def delete(self, user_id: int, thread_id: int, now: datetime) -> None:
        """Have a thread gone at once, and what belongs to it cleared away by and by."""
        delete_threads(user_id, lambda: [self.get(user_id, thread_id)], now)

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Have every thread that is there gone at once."""
        # Downwards, so that those deleted already are not read again.
        below: int | None = None
        while deleted := delete_threads(user_id, partial(self._some, user_id, below), now):
            below = deleted[-1].id

    def _some(self, user_id: int, below: int | None) -> Sequence[Thread]:
        threads = self.list(user_id, before=below, page_size=_AT_A_TIME)
        return list(islice(threads, _AT_A_TIME))

    def messages(
        self, user_id: int, thread_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Message]:
        """Return a thread's messages beyond an id, by id ascending, as they are asked for."""
        items = MessageItem.query(
            messages_key(user_id, thread_id),
            MessageItem.item > number_key("M", after),
            consistent_read=True,
            page_size=page_size,
        )
        return map(message_from, items)

    def message(self, user_id: int, thread_id: int, message_id: int) -> Message:
        """Return one message. Raises NotFoundError."""
        owner = messages_key(user_id, thread_id)
        try:
            item = MessageItem.get(owner, number_key("M", message_id), consistent_read=True)
        except MessageItem.DoesNotExist:
            raise NotFoundError("Message not found") from None
        return message_from(item)


def save_new_thread(transaction: TransactWrite, thread: Thread) -> None:
    """Have the transaction store a new thread."""
    item = thread_item(thread)
    transaction.save(item, condition=ThreadItem.owner.does_not_exist())
    pointer = f"P#{thread.openai_thread_id}"
    transaction.save(ThreadPointerItem(item.owner, pointer, thread_id=thread.id))


def _not_found() -> NotFoundError:
    return NotFoundError("Thread not found")
