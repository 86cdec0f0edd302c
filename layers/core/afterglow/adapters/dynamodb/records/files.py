"""Files, libraries and stores from items and back."""

from datetime import timedelta
from hashlib import sha256

from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.files import (
    AttachmentCountItem,
    AttachmentItem,
    FileItem,
    FilePointerItem,
    LibraryItem,
    PendingItem,
    StoreItem,
)
from afterglow.domain.models import File, FileUse, Library, UploadFile, VectorStore

# No file takes longer than a day: who waits for one that is never ended waits no longer, either.
PENDING_KEPT = timedelta(hours=25)


def file_key(user_id: int, file_id: str) -> FileItem:
    """Return the item of a file, without what is in it."""
    return FileItem(user_key(user_id), f"F#{file_id}")


def file_item(file: File) -> FileItem:
    """Return the item of a new file."""
    return FileItem(
        user_key(file.user_id),
        f"F#{file.id}",
        user_id=file.user_id,
        id=file.id,
        path=file.path,
        size=file.size,
        sha256=file.sha256,
        use=file.use.value,
        created_at=file.created_at,
    )


def file_from(item: FileItem) -> File:
    """Return the file."""
    return File(
        id=item.id,
        user_id=int(item.user_id),
        path=item.path,
        size=int(item.size),
        sha256=item.sha256,
        use=FileUse(item.use),
        created_at=item.created_at,
        upstream_id=item.upstream_id,
        generation=int(item.generation),
        assistant_ids=frozenset(map(int, item.assistant_ids or ())),
    )


def content_pointer(path: str, content_sha256: str) -> str:
    """Return the key of what leads from a path and a content to a file: of fixed length."""
    return f"H#{content_sha256}#{sha256(path.encode()).hexdigest()}"


def pointer_item(file: File) -> FilePointerItem:
    """Return what leads from a file's path and content to it."""
    key = content_pointer(file.path, file.sha256)
    return FilePointerItem(user_key(file.user_id), key, file_id=file.id)


def upstream_pointer_item(file: File, upstream_id: str) -> FilePointerItem:
    """Return what leads from one of OpenAI's ids to a file."""
    return FilePointerItem(user_key(file.user_id), f"O#{upstream_id}", file_id=file.id)


def library_from(user_id: int, item: LibraryItem) -> Library:
    """Return the library."""
    return Library(
        user_id=user_id,
        files=int(item.files),
        size=int(item.size),
        generation=int(item.generation),
        is_settled=item.is_settled,
        key_changes=int(item.key_changes),
    )


def assistant_prefix(assistant_id: int) -> str:
    """Return what the keys of everything of an assistant begin with."""
    return f"{number_key('A', assistant_id)}#"


def attachment_item(file: File, assistant_id: int) -> AttachmentItem:
    """Return that an assistant uses a file."""
    return AttachmentItem(
        user_key(file.user_id),
        f"{assistant_prefix(assistant_id)}F#{file.id}",
        file_id=file.id,
        use=file.use.value,
    )


def count_key(user_id: int, assistant_id: int) -> AttachmentCountItem:
    """Return the item that counts an assistant's files, without what is in it."""
    return AttachmentCountItem(user_key(user_id), f"{assistant_prefix(assistant_id)}C")


def pending_item(entry: UploadFile) -> PendingItem | None:
    """Return that an assistant waits for a file of an upload, None if it is for no assistant."""
    if entry.assistant_id is None:
        return None
    key = f"{assistant_prefix(entry.assistant_id)}P#{entry.upload_id}#{entry.number:016d}"
    expires_at = entry.created_at + PENDING_KEPT
    return PendingItem(user_key(entry.user_id), key, expires_at=expires_at)


def store_item(store: VectorStore) -> StoreItem:
    """Return the item of a store."""
    return StoreItem(
        user_key(store.user_id),
        f"{assistant_prefix(store.assistant_id)}S",
        user_id=store.user_id,
        assistant_id=store.assistant_id,
        upstream_id=store.upstream_id,
        generation=store.generation,
    )


def store_from(item: StoreItem) -> VectorStore:
    """Return the store."""
    return VectorStore(
        user_id=int(item.user_id),
        assistant_id=int(item.assistant_id),
        upstream_id=item.upstream_id,
        generation=int(item.generation),
    )
