"""What is no longer upstream is noted, so that it is sent or made again."""

from contextlib import suppress

from afterglow.adapters.dynamodb.records.files import file_key, store_item
from afterglow.adapters.dynamodb.tables.files import FileItem, StoreItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    patiently,
)
from afterglow.domain.models import File, VectorStore


class DynamoLosses:
    """What `FileRepository` says of them."""

    @patiently
    def unbind(self, file: File) -> None:
        """Note that a file is no longer upstream, unless it has another id there by now."""
        with suppress(ConditionFailedError), conditional_write():
            file_key(file.user_id, file.id).update(
                # `upstream_ids` still has it, for whoever clears the file away.
                actions=[FileItem.upstream_id.remove()],
                condition=FileItem.upstream_id == file.upstream_id,
            )

    @patiently
    def drop_store(self, store: VectorStore) -> None:
        """Note that a store is no longer upstream, unless its assistant has another by now."""
        with suppress(ConditionFailedError), conditional_write():
            store_item(store).delete(condition=StoreItem.upstream_id == store.upstream_id)
