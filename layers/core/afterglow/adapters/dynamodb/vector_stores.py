"""Where assistants' files are indexed, and what their runs have to know of that."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.assistant_presence import (
    check_assistant,
    is_assistant,
    present_assistants,
)
from afterglow.adapters.dynamodb.records.files import assistant_prefix, store_from, store_item
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.files import PendingItem, StoreItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import VectorStore
from afterglow.ports.files import Shelf

# Who has many markers that are over finds them behind those that are not: the latest come first.
_PAGE = 100


class DynamoVectorStores:
    """What `FileRepository` says of stores."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def shelf(self, user_id: int, assistant_id: int) -> Shelf:
        """Return what an assistant's runs have to know of its files, in one trip."""
        prefix = assistant_prefix(assistant_id)
        items = StoreItem.query(
            user_key(user_id),
            # What is pending, and behind it the store.
            StoreItem.item.between(f"{prefix}P", f"{prefix}S"),
            filter_condition=StoreItem.upstream_id.exists()
            | (PendingItem.expires_at > self._now()),
            scan_index_forward=False,
            consistent_read=True,
            limit=2,
            page_size=_PAGE,
        )
        found = {item.item == f"{prefix}S": item for item in items}
        store = found.get(True)
        return Shelf(None if store is None else store_from(store), is_pending=False in found)

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return an assistant's store, None if it has none."""
        return stored_store(user_id, assistant_id)

    def stores(self, user_id: int) -> Sequence[VectorStore]:
        """Return the stores of all of a user's assistants."""
        stores = list(stored_stores(user_id))
        there = present_assistants(user_id, [store.assistant_id for store in stores])
        return [store for store in stores if store.assistant_id in there]

    def put_store(self, store: VectorStore) -> VectorStore:
        """Store an assistant's store, unless it has one of this generation; return which it has."""
        is_new = StoreItem.owner.does_not_exist() | (StoreItem.generation < store.generation)

        def fill(transaction: TransactWrite) -> None:
            check_assistant(transaction, store.user_id, store.assistant_id)
            transaction.save(store_item(store), condition=is_new)

        try:
            write_transaction(fill)
        except ConditionFailedError:
            stored = self.store(store.user_id, store.assistant_id)
            if stored is None or not is_assistant(store.user_id, store.assistant_id):
                raise NotFoundError("Assistant not found") from None
            return stored
        return store


def stored_stores(user_id: int) -> Iterator[VectorStore]:
    """Return every store of a user, those of deleted assistants as well."""
    items = StoreItem.query(
        user_key(user_id),
        StoreItem.item.startswith("A#"),
        # Nothing else of an assistant has one.
        filter_condition=StoreItem.upstream_id.exists(),
        consistent_read=True,
    )
    return map(store_from, items)


def stored_store(user_id: int, assistant_id: int) -> VectorStore | None:
    """Return the store of an assistant, deleted or not; None if there is none."""
    key = f"{assistant_prefix(assistant_id)}S"
    try:
        item = StoreItem.get(user_key(user_id), key, consistent_read=True)
    except StoreItem.DoesNotExist:
        return None
    return store_from(item)
