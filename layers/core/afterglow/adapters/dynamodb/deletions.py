"""`DeletionRepository` on DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress

from afterglow.adapters.dynamodb.records.numbers import optional_int
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.ports.deletions import Deletion


class DynamoDeletionRepository:
    """The deletions that are under way, of all users."""

    def pending(self) -> Sequence[Deletion]:
        """Return all of them, in no order. It reads the whole table, which is empty mostly."""
        of_users_or_threads = (DeletionItem.item == "USER") | DeletionItem.item.startswith("T#")
        items = DeletionItem.scan(of_users_or_threads, consistent_read=True)
        return [_deletion_from(item) for item in items]

    def count_failure(self, deletion: Deletion) -> None:
        """Note that a pass met an error; nothing happens if the deletion is done meanwhile."""
        with suppress(ConditionFailedError), conditional_write():
            _key(deletion).update(
                actions=[DeletionItem.attempts.add(1)], condition=DeletionItem.owner.exists()
            )

    def finish(self, deletion: Deletion) -> None:
        """Forget a deletion of which nothing is left."""
        _key(deletion).delete()


def _deletion_from(item: DeletionItem) -> Deletion:
    return Deletion(
        user_id=int(item.user_id),
        thread_id=optional_int(item.thread_id),
        requested_at=item.requested_at,
        attempts=int(item.attempts),
    )


def _key(deletion: Deletion) -> DeletionItem:
    of_thread = deletion.thread_id is not None
    item = number_key("T", deletion.thread_id or 0) if of_thread else "USER"
    return DeletionItem(user_key(deletion.user_id), item)
