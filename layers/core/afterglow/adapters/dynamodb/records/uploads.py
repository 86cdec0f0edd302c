"""Uploads, their files and what is staged from items and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from zlib import crc32

from afterglow.adapters.dynamodb.records.numbers import optional_int
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.uploads import OpeningItem, UploadFileItem, UploadItem
from afterglow.domain.models import (
    FailureKind,
    Upload,
    UploadError,
    UploadFile,
    UploadKind,
    UploadState,
)

# One partition of an index takes a thousand writes a second.
DUE_SHARDS = ("0", "1", "2", "3")
UPLOADS_KEPT = timedelta(days=30)
STAGED_KEPT = timedelta(days=1)


def upload_key(user_id: int, upload_id: str) -> UploadItem:
    """Return the item of an upload, without what is in it."""
    return UploadItem(user_key(user_id), f"UP#{upload_id}")


def opening_item(upload: Upload) -> OpeningItem:
    """Return that files of an upload may be there before it is."""
    return OpeningItem(
        user_key(upload.user_id), f"B#{upload.id}", expires_at=expiry(upload.created_at)
    )


def entries_key(user_id: int, upload_id: str) -> str:
    """Return the owner of an upload's files."""
    return f"{user_key(user_id)}#UP#{upload_id}"


def entry_key(entry: UploadFile) -> UploadFileItem:
    """Return the item of a file of an upload, without what is in it."""
    owner = entries_key(entry.user_id, entry.upload_id)
    return UploadFileItem(owner, number_key("N", entry.number))


def expiry(created_at: datetime) -> datetime:
    """Return until when an upload and all of it is kept."""
    return created_at + UPLOADS_KEPT


def shard_of(*names: object) -> str:
    """Return in which part of the index something is found while it is due."""
    return DUE_SHARDS[crc32("#".join(map(str, names)).encode()) % len(DUE_SHARDS)]


def due_shard(entry: UploadFile) -> str | None:
    """Return in which part of the index a file is, None if it is not to be worked at."""
    is_due = entry.state is UploadState.IN_PROGRESS
    return shard_of(entry.upload_id, entry.number) if is_due else None


def upload_item(upload: Upload) -> UploadItem:
    """Return the item of a new upload."""
    return UploadItem(
        user_key(upload.user_id),
        f"UP#{upload.id}",
        user_id=upload.user_id,
        upload_id=upload.id,
        kind=upload.kind.value,
        assistant_id=upload.assistant_id,
        directory=upload.directory,
        is_planned=upload.is_planned,
        total=upload.total,
        failed=upload.failed,
        due_shard=None if upload.is_planned else shard_of(upload.id),
        lease_until=upload.lease_until,
        created_at=upload.created_at,
        expires_at=expiry(upload.created_at),
    )


def upload_from(item: UploadItem) -> Upload:
    """Return the upload."""
    return Upload(
        id=item.upload_id,
        user_id=int(item.user_id),
        kind=UploadKind(item.kind),
        created_at=item.created_at,
        lease_until=item.lease_until,
        assistant_id=optional_int(item.assistant_id),
        directory=item.directory,
        is_planned=item.is_planned,
        total=int(item.total),
        completed=int(item.completed),
        failed=int(item.failed),
        cancelled=int(item.cancelled),
        known=int(item.known),
    )


def entry_item(entry: UploadFile) -> UploadFileItem:
    """Return the item of a file of an upload."""
    staged_upload_id, staged_number = entry.staged_as or (None, None)
    item = entry_key(entry)
    return UploadFileItem(
        item.owner,
        item.item,
        user_id=entry.user_id,
        upload_id=entry.upload_id,
        number=entry.number,
        path=entry.path,
        size=entry.size,
        state=entry.state.value,
        assistant_id=entry.assistant_id,
        sha256=entry.sha256,
        content_type=entry.content_type,
        attempt=entry.attempt,
        failures=entry.failures,
        file_id=entry.file_id,
        staged_upload_id=staged_upload_id,
        staged_number=staged_number,
        is_known=entry.is_known,
        error=entry.error and asdict(entry.error),
        due_shard=due_shard(entry),
        lease_until=entry.lease_until,
        created_at=entry.created_at,
        expires_at=expiry(entry.created_at),
    )


def entry_from(item: UploadFileItem) -> UploadFile:
    """Return the file of an upload."""
    return UploadFile(
        user_id=int(item.user_id),
        upload_id=item.upload_id,
        number=int(item.number),
        path=item.path,
        size=int(item.size),
        state=UploadState(item.state),
        created_at=item.created_at,
        lease_until=item.lease_until,
        assistant_id=optional_int(item.assistant_id),
        sha256=item.sha256,
        content_type=item.content_type,
        attempt=int(item.attempt),
        failures=int(item.failures),
        file_id=item.file_id,
        staged_as=_place_from(item),
        is_known=item.is_known,
        error=_error_from(item.error) if item.error else None,
    )


def _place_from(item: UploadFileItem) -> tuple[str, int] | None:
    if item.staged_upload_id is None or item.staged_number is None:
        return None
    return item.staged_upload_id, int(item.staged_number)


def _error_from(stored: Mapping[str, str]) -> UploadError:
    return UploadError(stored["code"], stored["message"], FailureKind(stored["kind"]))
