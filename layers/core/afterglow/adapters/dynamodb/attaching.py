"""A file comes into use in the transaction that ends its upload, and counts it."""

from dataclasses import dataclass, field
from uuid import uuid4

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.assistant_presence import check_assistant
from afterglow.adapters.dynamodb.attaching_refusals import is_attached_by_now
from afterglow.adapters.dynamodb.libraries import check_settled
from afterglow.adapters.dynamodb.records.files import attachment_item, count_key, file_key
from afterglow.adapters.dynamodb.tables.files import AttachmentCountItem, AttachmentItem, FileItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.adapters.dynamodb.upload_ends import count_end
from afterglow.adapters.dynamodb.upload_entries import (
    is_as_read,
    set_entry,
    stored_entry,
    superseded,
)
from afterglow.domain.errors import ConflictError, NotFoundError
from afterglow.domain.models import File, UploadFile, UploadState
from afterglow.ports.files import Quota

_TRIES = 5


@dataclass(slots=True)
class Attaching:
    """One call of `FileRepository.attach`. The token tells its write from others'."""

    entry: UploadFile
    file: File
    quota: Quota
    token: str = field(default_factory=lambda: str(uuid4()))

    def write(self) -> None:
        """Do it, or find that an earlier try, whose reply was lost, got through."""
        is_attached = self.assistant_id in self.file.assistant_ids
        for _ in range(_TRIES):
            try:
                write_transaction(self._fill_again if is_attached else self._fill_first)
            except ConditionFailedError:
                if self._is_done():
                    return
                is_attached = is_attached_by_now(
                    self.entry, self.file, self.assistant_id, self.quota.files_per_assistant
                )
            else:
                return
        raise ConflictError("The files are being changed")

    @property
    def assistant_id(self) -> int:
        """The assistant that is to use the file. Raises NotFoundError if there is none."""
        if self.entry.assistant_id is None:
            raise NotFoundError("Assistant not found")
        return self.entry.assistant_id

    def _fill_first(self, transaction: TransactWrite) -> None:
        self._fill(transaction)
        item = attachment_item(self.file, self.assistant_id)
        transaction.save(item, condition=AttachmentItem.owner.does_not_exist())
        has_room = AttachmentCountItem.files < self.quota.files_per_assistant
        transaction.update(
            count_key(self.file.user_id, self.assistant_id),
            actions=[AttachmentCountItem.files.add(1), AttachmentCountItem.begun()],
            condition=has_room | AttachmentCountItem.owner.does_not_exist(),
        )
        transaction.update(
            file_key(self.file.user_id, self.file.id),
            actions=[FileItem.assistant_ids.add({self.assistant_id})],
            condition=FileItem.owner.exists(),
        )

    def _fill_again(self, transaction: TransactWrite) -> None:
        self._fill(transaction)
        item = attachment_item(self.file, self.assistant_id)
        # Files go after what uses them does: this one is there.
        transaction.condition_check(
            AttachmentItem, item.owner, item.item, condition=AttachmentItem.owner.exists()
        )

    def _fill(self, transaction: TransactWrite) -> None:
        set_entry(transaction, self.entry, self.token, UploadState.IN_PROGRESS)
        count_end(transaction, self.entry)
        check_assistant(transaction, self.file.user_id, self.assistant_id)
        check_settled(transaction, self.file)

    def _is_done(self) -> bool:
        stored = stored_entry(self.entry)
        if stored is not None and stored.token == self.token:
            return True
        if not is_as_read(stored, self.entry, UploadState.IN_PROGRESS):
            raise superseded()
        return False
