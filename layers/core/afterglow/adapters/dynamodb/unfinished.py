"""How many uploads of a user are unfinished: a set of ids, looked through as one more begins.

So nothing has to be noted where uploads end, and none that never ends is counted for ever.
"""

from dataclasses import dataclass
from datetime import timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.uploads import expiry, upload_from, upload_key
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.uploads import UnfinishedItem, UploadItem
from afterglow.domain.models import Upload
from afterglow.ports.uploads import too_many_unfinished

# By then whatever is left of it fails when it is looked at.
_LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Room for one more beside the `unfinished`, while it is noted as it was read."""

    noted: frozenset[str]
    unfinished: frozenset[str]


def place_for(upload: Upload, most: int) -> Place:
    """Return room for an upload. Raises ConflictError if `most` of its user's are unfinished."""
    noted = _noted(upload.user_id)
    unfinished = frozenset(each for each in noted if _is_unfinished(each, upload))
    if len(unfinished) >= most:
        raise too_many_unfinished()
    return Place(noted, unfinished)


def take_place(transaction: TransactWrite, upload: Upload, place: Place) -> None:
    """Have the transaction count an upload, and fail if others were counted meanwhile."""
    is_as_read: Condition = UnfinishedItem.owner.does_not_exist()
    if place.noted:
        is_as_read = UnfinishedItem.upload_ids == set(place.noted)
    transaction.update(
        UnfinishedItem(*_key(upload.user_id)),
        actions=[
            UnfinishedItem.upload_ids.set({*place.unfinished, upload.id}),
            UnfinishedItem.expires_at.set(expiry(upload.created_at)),
            UnfinishedItem.begun(),
        ],
        condition=is_as_read,
    )


def _noted(user_id: int) -> frozenset[str]:
    try:
        item = UnfinishedItem.get(*_key(user_id), consistent_read=True)
    except UnfinishedItem.DoesNotExist:
        return frozenset()
    return frozenset(item.upload_ids)


def _is_unfinished(upload_id: str, beside: Upload) -> bool:
    key = upload_key(beside.user_id, upload_id)
    try:
        upload = upload_from(UploadItem.get(key.owner, key.item, consistent_read=True))
    except UploadItem.DoesNotExist:
        return False
    return not upload.is_over and upload.created_at + _LONGEST > beside.created_at


def _key(user_id: int) -> tuple[str, str]:
    return user_key(user_id), "UNFINISHED"
