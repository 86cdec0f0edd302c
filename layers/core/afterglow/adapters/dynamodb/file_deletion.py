"""A file goes in one write for everyone to see; what it leaves behind is noted with it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.detaching import detach_file, let_go
from afterglow.adapters.dynamodb.file_tombstones import tombstone_of
from afterglow.adapters.dynamodb.libraries import uncount_file
from afterglow.adapters.dynamodb.records.files import file_from, file_key, pointer_item
from afterglow.adapters.dynamodb.tables.files import FileItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
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
            with suppress(ConditionFailedError):
                detach_file(file_from(item), few)
            item = _stored(file)
        if item is None or _is_deleted(item, now):
            return
    raise ConflictError("The file is being changed")


def release_file(file: File, assistant_id: int, now: datetime) -> None:
    """Have an assistant use a file no more; with its last use the file is deleted, in one write.

    When it changes meanwhile, it is read again. Raises ConflictError if that does not end.
    """
    for _ in range(_TRIES):
        item = _stored(file)
        users = set() if item is None else set(map(int, item.assistant_ids or ()))
        if item is None or assistant_id not in users or _is_released(item, assistant_id, now):
            return
    raise ConflictError("The file is being changed")


def _is_released(item: FileItem, assistant_id: int, now: datetime) -> bool:
    file = file_from(item)
    if file.assistant_ids == {assistant_id}:
        return _is_deleted(item, now)
    try:
        # As read: of two that let go at once, one must see that it is the last.
        detach_file(file, [assistant_id], _is_as_read(item))
    except ConditionFailedError:
        return False
    return True


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
    except ContentionError:
        raise ConflictError("The file is being changed") from None
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
            let_go(transaction, file, assistant_id)
        transaction.save(tombstone_of(self.item, self.now))


def _is_as_read(item: FileItem) -> Condition:
    bound: Condition = FileItem.upstream_id == item.upstream_id
    if item.upstream_id is None:
        bound = FileItem.upstream_id.does_not_exist()
    used: Condition = FileItem.assistant_ids == item.assistant_ids
    if not item.assistant_ids:
        used = FileItem.assistant_ids.does_not_exist()
    condition: Condition = FileItem.owner.exists() & used & bound
    return condition
