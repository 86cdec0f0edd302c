"""New files of uploads: each is there with what is pending of it, or is not there."""

from collections.abc import Iterator, Sequence

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.files import pending_item
from afterglow.adapters.dynamodb.records.uploads import entry_item
from afterglow.adapters.dynamodb.tables.files import PendingItem
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem
from afterglow.adapters.dynamodb.transactions import write_transaction
from afterglow.domain.models import UploadFile, UploadState

# What one transaction takes: two items for each.
_AT_A_TIME = 50


def batches(files: Sequence[UploadFile]) -> Iterator[Sequence[UploadFile]]:
    """Return files in their order, as many at a time as are written at once."""
    for first in range(0, len(files), _AT_A_TIME):
        yield files[first : first + _AT_A_TIME]


def write_batch(files: Sequence[UploadFile]) -> None:
    """Store new files with their markers, all or none.

    Raises ConditionFailedError if one of them is there already, and what a transaction raises.
    """

    def fill(transaction: TransactWrite) -> None:
        for file in files:
            transaction.save(entry_item(file), condition=UploadFileItem.owner.does_not_exist())
            if (marker := marker_of(file)) is not None:
                transaction.save(marker)

    write_transaction(fill)


def marker_of(file: UploadFile) -> PendingItem | None:
    """Return that an assistant waits for a new file, None if it does not."""
    return pending_item(file) if file.state is UploadState.IN_PROGRESS else None
