"""That a file is deleted, for as long as it is yet to be cleared away what it has left."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.files import file_key
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.tables.files import FileItem
from afterglow.domain.models import File


def tombstone_of(item: FileItem, now: datetime) -> DeletionItem:
    """Return that a file is deleted, and all that OpenAI ever called it."""
    return DeletionItem(
        item.owner,
        item.item,
        user_id=item.user_id,
        upstream_ids=item.upstream_ids,
        requested_at=now,
    )


def check_undeleted(transaction: TransactWrite, file: File) -> None:
    """Have the transaction fail while it is yet to be cleared away what a file has left."""
    owner, item = _tombstone_key(file)
    transaction.condition_check(
        DeletionItem, owner, item, condition=DeletionItem.owner.does_not_exist()
    )


def is_deleted(file: File) -> bool:
    """Tell whether it is yet to be cleared away what a file has left."""
    try:
        DeletionItem.get(*_tombstone_key(file), consistent_read=True)
    except DeletionItem.DoesNotExist:
        return False
    return True


def _tombstone_key(file: File) -> tuple[str, str]:
    key = file_key(file.user_id, file.id)
    return key.owner, key.item
