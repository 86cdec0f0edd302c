"""Assistants that use a file no more."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.files import attachment_item, count_key, file_key
from afterglow.adapters.dynamodb.tables.files import AttachmentCountItem, AttachmentItem, FileItem
from afterglow.adapters.dynamodb.transactions import write_transaction
from afterglow.domain.models import File


def detach_file(
    file: File, assistant_ids: Sequence[int], condition: Condition | None = None
) -> None:
    """Have assistants use a file no more, all of them or none.

    Raises ConditionFailedError if some do not by now, or the file is not as the condition has it.
    """

    def fill(transaction: TransactWrite) -> None:
        for assistant_id in assistant_ids:
            let_go(transaction, file, assistant_id)
        transaction.update(
            file_key(file.user_id, file.id),
            actions=[FileItem.assistant_ids.delete(set(assistant_ids))],
            condition=FileItem.owner.exists() if condition is None else condition,
        )

    write_transaction(fill)


def let_go(transaction: TransactWrite, file: File, assistant_id: int) -> None:
    """Have the transaction end an assistant's use of a file; it fails if there is none."""
    # Whoever lets go twice would count it twice.
    is_used = AttachmentItem.owner.exists()
    transaction.delete(attachment_item(file, assistant_id), condition=is_used)
    transaction.update(
        count_key(file.user_id, assistant_id), actions=[AttachmentCountItem.files.add(-1)]
    )
