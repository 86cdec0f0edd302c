"""`FileRemains` on DynamoDB."""

from collections.abc import Iterator
from datetime import datetime

from afterglow.adapters.dynamodb.batches import KEYS, SHAPED_KEYS, clear, keys_of
from afterglow.adapters.dynamodb.file_deletion import release_file
from afterglow.adapters.dynamodb.records.files import assistant_prefix, store_item
from afterglow.adapters.dynamodb.records.uploads import entries_key
from afterglow.adapters.dynamodb.stored_files import stored_file
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.tables.files import (
    AttachmentItem,
    FileItem,
    FilePointerItem,
    StoreItem,
)
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem, UploadItem
from afterglow.adapters.dynamodb.vector_stores import stored_store, stored_stores
from afterglow.domain.models import VectorStore
from afterglow.ports.deletions import LeftFile


class DynamoFileRemains:
    """What the deleted left of files, of one owner at a time."""

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return the store of a deleted assistant, None if none is left."""
        return stored_store(user_id, assistant_id)

    def stores(self, user_id: int) -> Iterator[VectorStore]:
        """Return every store of a deleted user."""
        return stored_stores(user_id)

    def clear_store(self, store: VectorStore) -> None:
        """Clear away that there was a store."""
        store_item(store).delete()

    def files(self, user_id: int) -> Iterator[LeftFile]:
        """Return every file of a deleted user, deleted before or not."""
        # In this order: a file that is being deleted goes from the one table to the other.
        models: tuple[type[FileItem | DeletionItem], ...] = (FileItem, DeletionItem)
        for model in models:
            items = model.query(
                user_key(user_id),
                model.item.startswith("F#"),
                consistent_read=True,
                attributes_to_get=[*SHAPED_KEYS, "upstream_ids"],
            )
            for item in items:
                file_id = item.item.removeprefix("F#")
                yield LeftFile(user_id, file_id, frozenset(item.upstream_ids or ()))

    def clear_file(self, file: LeftFile) -> None:
        """Clear a file away, what leads to it from OpenAI's ids, and that it was deleted."""
        owner, key = user_key(file.user_id), f"F#{file.id}"
        pointers = [FilePointerItem(owner, f"O#{each}") for each in sorted(file.upstream_ids)]
        # What tells of them last.
        clear(FilePointerItem, pointers)
        FileItem(owner, key).delete()
        DeletionItem(owner, key).delete()

    def used_by(self, user_id: int, assistant_id: int) -> Iterator[str]:
        """Return the ids of the files that a deleted assistant used."""
        items = AttachmentItem.query(
            user_key(user_id),
            AttachmentItem.item.startswith(f"{assistant_prefix(assistant_id)}F#"),
            consistent_read=True,
            attributes_to_get=[*SHAPED_KEYS, "file_id"],
        )
        return (item.file_id for item in items)

    def detach(self, user_id: int, assistant_id: int, file_id: str, now: datetime) -> None:
        """Have a deleted assistant use a file no more; one that nobody uses is deleted with it."""
        file = stored_file(user_id, file_id)
        if file is None:
            key = f"{assistant_prefix(assistant_id)}F#{file_id}"
            AttachmentItem(user_key(user_id), key).delete()
            return
        release_file(file, assistant_id, now)

    def clear_shelf(self, user_id: int, assistant_id: int) -> None:
        """Clear away what else was noted of a deleted assistant's files."""
        items = StoreItem.query(
            user_key(user_id),
            StoreItem.item.startswith(assistant_prefix(assistant_id)),
            consistent_read=True,
            attributes_to_get=KEYS,
        )
        clear(StoreItem, items)

    def has_uploads(self, user_id: int) -> bool:
        """Tell whether somebody may still be at work on uploads of a deleted user."""
        items = UploadItem.query(
            user_key(user_id), consistent_read=True, limit=1, attributes_to_get=KEYS
        )
        return any(True for _ in items)

    def clear_library(self, user_id: int) -> None:
        """Clear away everything that was noted of a deleted user's files and uploads."""
        owner = user_key(user_id)
        for upload_id in _upload_ids(owner):
            # Their files first: only the upload leads to them.
            clear(UploadFileItem, keys_of(UploadFileItem, entries_key(user_id, upload_id)))
        clear(UploadItem, keys_of(UploadItem, owner))
        clear(FileItem, keys_of(FileItem, owner))


def _upload_ids(owner: str) -> Iterator[str]:
    """Return the ids of uploads, and of those that were begun and never came to be."""
    for item in keys_of(UploadItem, owner):
        kind, _, name = item.item.partition("#")
        if kind in {"B", "UP"}:
            yield name
