"""`UploadRepository` on DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge

from afterglow.adapters.dynamodb.records.numbers import optional_int
from afterglow.adapters.dynamodb.records.uploads import (
    DUE_SHARDS,
    entries_key,
    entry_from,
    upload_from,
    upload_item,
)
from afterglow.adapters.dynamodb.staged import DynamoStagingArea
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.uploads import DueUploadItem, UploadFileItem, UploadItem
from afterglow.adapters.dynamodb.upload_ends import end_entry
from afterglow.adapters.dynamodb.upload_entries import claim_entry, receive_entry, update_entry
from afterglow.adapters.dynamodb.upload_opening import open_upload, stored_upload
from afterglow.adapters.dynamodb.upload_planning import plan_upload
from afterglow.adapters.dynamodb.upload_postponing import postpone_due
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import IdempotencyClaim, Upload, UploadFile
from afterglow.ports.uploads import DueUpload


class DynamoUploadRepository(DynamoStagingArea):
    """Uploads, their files, and what is staged."""

    def open(
        self,
        upload: Upload,
        files: Sequence[UploadFile],
        *,
        claim: IdempotencyClaim | None = None,
        most: int | None = None,
    ) -> None:
        """Store an upload with its files, and that it is what the claim has made."""
        open_upload(upload, files, claim, most)

    def open_unplanned(self, upload: Upload) -> None:
        """Store an upload whose files are yet to be found; it is due at the end of its lease."""
        upload_item(replace(upload, is_planned=False)).save()

    def plan(self, upload: Upload, files: Sequence[UploadFile]) -> Upload:
        """Store the files of an upload that has none yet, and return it planned."""
        stored = self.get(upload.user_id, upload.id)
        if stored.is_planned:
            return stored
        plan_upload(upload, files, lambda: self.files(upload.user_id, upload.id))
        return self.get(upload.user_id, upload.id)

    def get(self, user_id: int, upload_id: str) -> Upload:
        """Return one. Raises NotFoundError."""
        item = stored_upload(user_id, upload_id)
        if item is None:
            raise _not_found()
        return upload_from(item)

    def list(
        self, user_id: int, *, before: str | None = None, page_size: int | None = None
    ) -> Iterator[Upload]:
        """Return a user's uploads below an id, by id descending: the latest first."""
        last = "UP$" if before is None else f"UP#{before}"
        items = UploadItem.query(
            user_key(user_id),
            UploadItem.item.between("UP#", last),
            scan_index_forward=False,
            consistent_read=True,
            page_size=page_size,
        )
        return (upload_from(item) for item in items if item.item != last)

    def file(self, user_id: int, upload_id: str, number: int) -> UploadFile:
        """Return one file of an upload. Raises NotFoundError."""
        owner = entries_key(user_id, upload_id)
        try:
            item = UploadFileItem.get(owner, number_key("N", number), consistent_read=True)
        except UploadFileItem.DoesNotExist:
            raise _not_found() from None
        return entry_from(item)

    def files(
        self, user_id: int, upload_id: str, *, after: int = -1, page_size: int | None = None
    ) -> Iterator[UploadFile]:
        """Return the files of an upload beyond a number, by number ascending."""
        items = UploadFileItem.query(
            entries_key(user_id, upload_id),
            UploadFileItem.item >= number_key("N", after + 1),
            consistent_read=True,
            page_size=page_size,
        )
        return map(entry_from, items)

    def receive(self, file: UploadFile) -> UploadFile:
        """Note that the bytes have come of one that is awaiting, as `file` is to be stored."""
        receive_entry(file)
        return file

    def claim(self, file: UploadFile, lease_until: datetime) -> UploadFile:
        """Take a file over as it was read, with its failures as given."""
        claimed = replace(file, attempt=file.attempt + 1, lease_until=lease_until)
        claim_entry(file, claimed)
        return claimed

    def update(self, file: UploadFile) -> None:
        """Store what has become of a file that is not over, or when it is due."""
        update_entry(file)

    def end(self, file: UploadFile) -> None:
        """Store the end of a file that was not attached, count it, and have it not pending."""
        end_entry(file)

    def due(self) -> Iterator[DueUpload]:
        """Return what is not over, of all users, the longest due first, perhaps stale."""
        shards = [DueUploadItem.due_uploads.query(shard) for shard in DUE_SHARDS]
        for item in merge(*shards, key=lambda item: item.lease_until):
            yield _due_from(item)

    def latest_due(self, until: datetime) -> Iterator[DueUpload]:
        """Return what is due until a time, of all users, the latest first, perhaps stale."""
        shards = [
            DueUploadItem.due_uploads.query(
                shard, DueUploadItem.lease_until <= until, scan_index_forward=False
            )
            for shard in DUE_SHARDS
        ]
        return map(_due_from, merge(*shards, key=lambda item: item.lease_until, reverse=True))

    def postpone(self, due: DueUpload, until: datetime) -> None:
        """Have what is due be due later, unless somebody has begun with it."""
        postpone_due(due, until)


def _due_from(item: DueUploadItem) -> DueUpload:
    number = optional_int(item.number)
    return DueUpload(int(item.user_id), item.upload_id, number, item.lease_until)


def _not_found() -> NotFoundError:
    return NotFoundError("Upload not found")
