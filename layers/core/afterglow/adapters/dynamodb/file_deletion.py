"""A file goes in one write for everyone to see; what it leaves behind is noted with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.libraries import uncount_file
from afterglow.adapters.dynamodb.records.files import (
    attachment_item,
    count_key,
    file_from,
    file_key,
    pointer_item,
)
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.tables.files import (
    AttachmentCountItem,
    FileItem,
    FilePointerItem,
)
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import File

_TRIES = 5
# Two items for each in a transaction of a hundred.
_MOST_USERS = 40


def discard_file(file: File, now: datetime) -> bool:
    """Delete a file if no assistant uses it, and tell whether it is gone.

    When it changes meanwhile, it is read again. Raises ConflictError if that does not end.
    """
    for _ in range(_TRIES):
        item = _stored(file)
        if item is None:
            return True
        if item.assistant_ids:
            return False
        if _is_deleted(item, now):
            return True
    raise ConflictError("The file is being changed")


def delete_file(file: File, now: datetime) -> None:
    """Delete a file, whoever uses it; that it is gone is no error.

    When it changes meanwhile, it is read again. Raises ConflictError if that does not end.
    """
    for _ in range(_TRIES):
        item = _stored(file)
        while item is not None and len(item.assistant_ids or ()) > _MOST_USERS:
            # So many assistants take more than one transaction.
            few = sorted(map(int, item.assistant_ids or ()))[:_MOST_USERS]
            detach_file(file_from(item), few)
            item = _stored(file)
        if item is None or _is_deleted(item, now):
            return
    raise ConflictError("The file is being changed")


def detach_file(file: File, assistant_ids: Iterable[int]) -> None:
    """Have assistants use a file no more, all of them or, if some do not by now, none."""
    users = sorted(file.assistant_ids.intersection(assistant_ids))

    def fill(transaction: TransactWrite) -> None:
        for assistant_id in users:
            _let_go(transaction, file, assistant_id)
        transaction.update(
            file_key(file.user_id, file.id),
            actions=[FileItem.assistant_ids.delete(set(users))],
            condition=FileItem.owner.exists(),
        )

    if users:
        write_transaction(fill)


def _stored(file: File) -> FileItem | None:
    key = file_key(file.user_id, file.id)
    try:
        return FileItem.get(key.owner, key.item, consistent_read=True)
    except FileItem.DoesNotExist:
        return None


def _is_deleted(item: FileItem, now: datetime) -> bool:
    try:
        write_transaction(_Deletion(item, now).fill)
    except ConditionFailedError:
        return False
    _clear_pointers(item)
    return True


@dataclass(frozen=True, slots=True)
class _Deletion:
    item: FileItem
    now: datetime

    def fill(self, transaction: TransactWrite) -> None:
        file = file_from(self.item)
        transaction.delete(file_key(file.user_id, file.id), condition=_is_as_read(self.item))
        transaction.delete(pointer_item(file))
        uncount_file(transaction, file)
        for assistant_id in sorted(file.assistant_ids):
            _let_go(transaction, file, assistant_id)
        transaction.save(
            DeletionItem(
                self.item.owner,
                self.item.item,
                user_id=file.user_id,
                upstream_ids=self.item.upstream_ids,
                requested_at=self.now,
            )
        )


def _let_go(transaction: TransactWrite, file: File, assistant_id: int) -> None:
    transaction.delete(attachment_item(file, assistant_id))
    transaction.update(
        count_key(file.user_id, assistant_id), actions=[AttachmentCountItem.files.add(-1)]
    )


def _is_as_read(item: FileItem) -> Condition:
    bound: Condition = FileItem.upstream_id == item.upstream_id
    if item.upstream_id is None:
        bound = FileItem.upstream_id.does_not_exist()
    used: Condition = FileItem.assistant_ids == item.assistant_ids
    if not item.assistant_ids:
        used = FileItem.assistant_ids.does_not_exist()
    condition: Condition = FileItem.owner.exists() & used & bound
    return condition


def _clear_pointers(item: FileItem) -> None:
    """Delete what leads from OpenAI's ids to a file that is gone; what is left leads to nothing."""
    with FilePointerItem.batch_write() as batch:
        for upstream_id in item.upstream_ids or ():
            batch.delete(FilePointerItem(item.owner, f"O#{upstream_id}"))
