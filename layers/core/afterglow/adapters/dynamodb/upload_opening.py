"""Uploads begin with all of their files: those are there first, however many there are."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.idempotency import record_claim
from afterglow.adapters.dynamodb.records.uploads import (
    entry_item,
    opening_item,
    upload_item,
    upload_key,
)
from afterglow.adapters.dynamodb.tables.files import PendingItem
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem, UploadItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
from afterglow.adapters.dynamodb.unfinished import Place, place_for, take_place
from afterglow.adapters.dynamodb.upload_writing import batches, marker_of, write_batch
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import IdempotencyClaim, Upload, UploadFile


def open_upload(
    upload: Upload, files: Sequence[UploadFile], claim: IdempotencyClaim | None, most: int | None
) -> None:
    """Store files and what is pending of them, then their upload with what the claim has made.

    Whoever dies in between leaves files of no upload: they are due some day, and end uncounted, and
    what is pending of them with them.
    Raises ConflictError if the claim was first made by another request, or `most` are unfinished.
    """
    place = _place(upload, most)
    opening_item(upload).save()
    try:
        _write(files)
        _write_upload(replace(upload, total=len(files)), claim, most, place)
    except ConflictError:
        _clear(upload, files)
        raise
    except ContentionError:
        _clear(upload, files)
        raise _being_made() from None


def _write_upload(
    upload: Upload, claim: IdempotencyClaim | None, most: int | None, place: Place | None
) -> None:
    while True:
        try:
            write_transaction(partial(_fill, upload, claim, place))
        except (ConditionFailedError, ContentionError):
            if stored_upload(upload.user_id, upload.id) is not None:
                return
            former, place = place, _place(upload, most)
            if place == former:
                raise _being_made() from None
        else:
            return


def _fill(
    upload: Upload,
    claim: IdempotencyClaim | None,
    place: Place | None,
    transaction: TransactWrite,
) -> None:
    transaction.save(upload_item(upload), condition=UploadItem.owner.does_not_exist())
    transaction.delete(opening_item(upload))
    record_claim(transaction, claim, upload.id, upload.created_at)
    if place is not None:
        take_place(transaction, upload, place)


def _being_made() -> ConflictError:
    return ConflictError("The upload is being made")


def _place(upload: Upload, most: int | None) -> Place | None:
    return None if most is None else place_for(upload, most)


def stored_upload(user_id: int, upload_id: str) -> UploadItem | None:
    """Return an upload as it is stored, None if it is not there."""
    key = upload_key(user_id, upload_id)
    try:
        return UploadItem.get(key.owner, key.item, consistent_read=True)
    except UploadItem.DoesNotExist:
        return None


def _write(files: Sequence[UploadFile]) -> None:
    for batch in batches(files):
        # Their ids are new: where they are there, it is from a try whose reply was lost.
        with suppress(ConditionFailedError):
            write_batch(batch)


def _clear(upload: Upload, files: Sequence[UploadFile]) -> None:
    """Clear files away: those that are left by whoever dies here are due, and lead to the rest."""
    with PendingItem.batch_write() as markers:
        for marker in filter(None, map(marker_of, files)):
            markers.delete(marker)
    with UploadFileItem.batch_write() as items:
        for file in files:
            items.delete(entry_item(file))
    opening_item(upload).delete()
