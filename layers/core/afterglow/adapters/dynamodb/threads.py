"""`ThreadRepository` on DynamoDB."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.counters import next_id
from afterglow.adapters.dynamodb.records.conversations import (
    message_from,
    messages_key,
    thread_from,
)
from afterglow.adapters.dynamodb.tables.base import (
    number_key,
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import (
    MessageItem,
    ThreadItem,
    ThreadPointerItem,
)
from afterglow.adapters.dynamodb.transactions import write_transaction
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Message, Thread


class DynamoThreadRepository:
    """Threads and their messages, of one owner at a time."""

    def add(
        self, user_id: int, *, assistant_id: int, openai_thread_id: str, title: str, now: datetime
    ) -> Thread:
        """Store a new thread under the user's next id."""
        owner, thread_id = user_key(user_id), next_id(user_id, "threads")
        item = ThreadItem(
            owner,
            number_key("T", thread_id),
            user_id=user_id,
            id=thread_id,
            openai_thread_id=openai_thread_id,
            title=title,
            assistant_id=assistant_id,
            is_archived=False,
            last_message_id=0,
            created_at=now,
            updated_at=now,
        )

        def fill(transaction: TransactWrite) -> None:
            transaction.save(item, condition=ThreadItem.owner.does_not_exist())
            transaction.save(ThreadPointerItem(owner, f"P#{openai_thread_id}", thread_id=thread_id))

        write_transaction(fill)
        return thread_from(item)

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        try:
            item = ThreadItem.get(
                user_key(user_id), number_key("T", thread_id), consistent_read=True
            )
        except ThreadItem.DoesNotExist:
            raise NotFoundError("Thread not found") from None
        return thread_from(item)

    def messages(self, user_id: int, thread_id: int) -> Sequence[Message]:
        """Return a thread's messages, by id ascending."""
        items = MessageItem.query(messages_key(user_id, thread_id), consistent_read=True)
        return [message_from(item) for item in items]
