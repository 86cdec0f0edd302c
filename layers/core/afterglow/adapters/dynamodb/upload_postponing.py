"""Putting off what is due and nobody has begun, so that the others have their turn."""

from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition

from afterglow.adapters.dynamodb.records.uploads import entries_key, upload_key
from afterglow.adapters.dynamodb.tables.base import number_key
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem, UploadItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
)
from afterglow.domain.models import UploadState
from afterglow.ports.uploads import DueUpload


def postpone_due(due: DueUpload, until: datetime) -> None:
    """Have it due later, unless somebody has begun with it or is at it."""
    with suppress(ConditionFailedError, ContentionError), conditional_write():
        if due.number is None:
            _postpone_upload(due, until)
        else:
            _postpone_entry(due, due.number, until)


def _postpone_upload(due: DueUpload, until: datetime) -> None:
    is_as_read: Condition = UploadItem.lease_until == due.lease_until
    is_unplanned: Condition = UploadItem.is_planned == False  # noqa: E712 # a condition
    upload_key(due.user_id, due.upload_id).update(
        actions=[UploadItem.lease_until.set(until)], condition=is_as_read & is_unplanned
    )


def _postpone_entry(due: DueUpload, number: int, until: datetime) -> None:
    is_as_read: Condition = UploadFileItem.lease_until == due.lease_until
    # Who has begun with it may not have done so before its lease: that is not to be moved.
    is_unbegun: Condition = (UploadFileItem.attempt == 0) & (
        UploadFileItem.state == UploadState.IN_PROGRESS.value
    )
    key = UploadFileItem(entries_key(due.user_id, due.upload_id), number_key("N", number))
    key.update(actions=[UploadFileItem.lease_until.set(until)], condition=is_as_read & is_unbegun)
