"""Ends of files of uploads, each counted by its upload in one transaction with it."""

from functools import partial
from uuid import uuid4

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.uploads import upload_key
from afterglow.adapters.dynamodb.tables.uploads import UploadItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.adapters.dynamodb.upload_entries import (
    OPEN,
    is_as_read,
    set_entry,
    stored_entry,
    superseded,
)
from afterglow.domain.models import UploadFile, UploadState

_COUNTERS = {
    UploadState.COMPLETED: UploadItem.completed,
    UploadState.FAILED: UploadItem.failed,
    UploadState.CANCELLED: UploadItem.cancelled,
}


def count_end(transaction: TransactWrite, entry: UploadFile) -> None:
    """Have the transaction count the end of a file, and fail if there is no such upload."""
    actions: list[Action] = [_COUNTERS[entry.state].add(1)]
    if entry.is_known and entry.state is UploadState.COMPLETED:
        actions.append(UploadItem.known.add(1))
    upload = upload_key(entry.user_id, entry.upload_id)
    transaction.update(upload, actions=actions, condition=UploadItem.owner.exists())


def end_entry(entry: UploadFile) -> None:
    """Store the end of a file and count it, if there is an upload. Raises SupersededError."""
    token = str(uuid4())
    for has_upload in (True, False, True):
        try:
            write_transaction(partial(_fill, entry, token, has_upload=has_upload))
        except ConditionFailedError:
            stored = stored_entry(entry)
            if stored is not None and stored.token == token:
                return
            if not is_as_read(stored, entry, *OPEN):
                break
            # So it is the upload: it comes after its files, and may never come.
        else:
            return
    raise superseded()


def _fill(entry: UploadFile, token: str, transaction: TransactWrite, *, has_upload: bool) -> None:
    set_entry(transaction, entry, token, *OPEN)
    if has_upload:
        count_end(transaction, entry)
    else:
        upload = upload_key(entry.user_id, entry.upload_id)
        transaction.condition_check(
            UploadItem, upload.owner, upload.item, condition=UploadItem.owner.does_not_exist()
        )
