"""Uploads begin with all of their files: those are there first, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.idempotency import record_claim
from afterglow.adapters.dynamodb.records.files import pending_item
from afterglow.adapters.dynamodb.records.uploads import entry_item, upload_item, upload_key
from afterglow.adapters.dynamodb.tables.files import PendingItem
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem, UploadItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import IdempotencyClaim, Upload, UploadFile, UploadState


def open_upload(
    upload: Upload, files: Sequence[UploadFile], claim: IdempotencyClaim | None
) -> None:
    """Store files and what is pending of them, then their upload with what the claim has made.

    Whoever dies in between leaves files of no upload: they are due some day, and end uncounted.
    Raises ConflictError if the claim was first made by another request.
    """
    _write(files)
    item = upload_item(replace(upload, total=len(files)))

    def fill(transaction: TransactWrite) -> None:
        transaction.save(item, condition=UploadItem.owner.does_not_exist())
        record_claim(transaction, claim, upload.id, upload.created_at)

    try:
        write_transaction(fill)
    except (ConditionFailedError, ContentionError):
        if stored_upload(upload.user_id, upload.id) is None:
            _clear(files)
            raise ConflictError("The upload is being made") from None


def stored_upload(user_id: int, upload_id: str) -> UploadItem | None:
    """Return an upload as it is stored, None if it is not there."""
    key = upload_key(user_id, upload_id)
    try:
        return UploadItem.get(key.owner, key.item, consistent_read=True)
    except UploadItem.DoesNotExist:
        return None


def _markers(files: Sequence[UploadFile]) -> Iterator[PendingItem]:
    for file in files:
        marker = pending_item(file, entry_item(file))
        if marker is not None and file.state is UploadState.IN_PROGRESS:
            yield marker


def _write(files: Sequence[UploadFile]) -> None:
    """Write files of an upload that nobody knows of yet, twenty-five at a time."""
    # Markers first: a file that is due has one to be taken away.
    with PendingItem.batch_write() as markers:
        for marker in _markers(files):
            markers.save(marker)
    with UploadFileItem.batch_write() as items:
        for file in files:
            items.save(entry_item(file))


def _clear(files: Sequence[UploadFile]) -> None:
    with UploadFileItem.batch_write() as items:
        for file in files:
            items.delete(entry_item(file))
    with PendingItem.batch_write() as markers:
        for marker in _markers(files):
            markers.delete(marker)
