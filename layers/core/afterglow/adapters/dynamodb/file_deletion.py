"""A file goes in one write for everyone to see; what it leaves behind is noted with it."""

from datetime import datetime
from functools import partial

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.libraries import uncount_file
from afterglow.adapters.dynamodb.records.files import file_from, file_key, pointer_item
from afterglow.adapters.dynamodb.tables.deletions import FileDeletionItem
from afterglow.adapters.dynamodb.tables.files import FileItem, FilePointerItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import File

_TRIES = 5


def discard_file(file: File, now: datetime) -> bool:
    """Delete a file if no assistant uses it, and tell whether it is gone.

    When it changes meanwhile, it is read again. Raises ConflictError if that does not end.
    """
    key = file_key(file.user_id, file.id)
    for _ in range(_TRIES):
        try:
            item = FileItem.get(key.owner, key.item, consistent_read=True)
        except FileItem.DoesNotExist:
            return True
        if item.assistant_ids:
            return False
        try:
            write_transaction(partial(_fill, item, now))
        except ConditionFailedError:
            continue
        _clear_pointers(item)
        return True
    raise ConflictError("The file is being changed")


def _fill(item: FileItem, now: datetime, transaction: TransactWrite) -> None:
    file = file_from(item)
    transaction.delete(file_key(file.user_id, file.id), condition=_is_unused_as_read(item))
    transaction.delete(pointer_item(file))
    uncount_file(transaction, file)
    transaction.save(
        FileDeletionItem(
            item.owner,
            item.item,
            user_id=file.user_id,
            file_id=file.id,
            upstream_id=file.upstream_id,
            generation=file.generation,
            requested_at=now,
        )
    )


def _is_unused_as_read(item: FileItem) -> Condition:
    bound: Condition = FileItem.upstream_id == item.upstream_id
    if item.upstream_id is None:
        bound = FileItem.upstream_id.does_not_exist()
    condition: Condition = FileItem.owner.exists() & FileItem.assistant_ids.does_not_exist() & bound
    return condition


def _clear_pointers(item: FileItem) -> None:
    """Delete what leads from OpenAI's ids to a file that is gone; what is left leads to nothing."""
    with FilePointerItem.batch_write() as batch:
        for upstream_id in item.upstream_ids or ():
            batch.delete(FilePointerItem(item.owner, f"O#{upstream_id}"))
