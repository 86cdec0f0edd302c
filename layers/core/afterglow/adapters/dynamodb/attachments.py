"""Which assistants use which files, and what their runs have to know of that."""

from collections.abc import Sequence

from afterglow.adapters.dynamodb.attaching import Attaching
from afterglow.adapters.dynamodb.batches import KEYS, SHAPED_KEYS
from afterglow.adapters.dynamodb.records.files import assistant_prefix, file_from
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.files import AttachmentItem, FileItem
from afterglow.domain.models import File, FileUse, UploadFile
from afterglow.ports.files import Quota

# Items of a page: those for other tools lie between.
_AT_LEAST = 1000


class DynamoAttachments:
    """What `FileRepository` says of them."""

    def attached_ids(self, user_id: int) -> dict[int, Sequence[str]]:
        """Return which files each assistant of a user uses, in the order they were added."""
        items = AttachmentItem.query(
            user_key(user_id),
            AttachmentItem.item.startswith("A#"),
            consistent_read=True,
            attributes_to_get=KEYS,
        )
        found: dict[int, list[str]] = {}
        for item in items:
            _, assistant_id, kind, *rest = item.item.split("#")
            if kind == "F":
                found.setdefault(int(assistant_id), []).extend(rest)
        return dict(found)

    def attached_to(self, user_id: int, assistant_id: int) -> Sequence[str]:
        """Return the ids of the files that an assistant uses, in the order they were added."""
        items = AttachmentItem.query(
            user_key(user_id),
            AttachmentItem.item.startswith(f"{assistant_prefix(assistant_id)}F#"),
            consistent_read=True,
            attributes_to_get=[*SHAPED_KEYS, "file_id"],
        )
        return [item.file_id for item in items]

    def code_files(self, user_id: int, assistant_id: int, *, most: int) -> Sequence[File]:
        """Return the latest files of an assistant for `code_interpreter`, the latest first."""
        owner = user_key(user_id)
        items = AttachmentItem.query(
            owner,
            AttachmentItem.item.startswith(f"{assistant_prefix(assistant_id)}F#"),
            filter_condition=AttachmentItem.use == FileUse.CODE.value,
            scan_index_forward=False,
            consistent_read=True,
            limit=most,
            page_size=_AT_LEAST,
        )
        keys = [(owner, f"F#{item.file_id}") for item in items]
        files = map(file_from, FileItem.batch_get(keys, consistent_read=True))
        return sorted(files, key=lambda file: file.id, reverse=True)

    def attach(self, entry: UploadFile, file: File, quota: Quota) -> None:
        """End a file of an upload well: its assistant uses the file from now on."""
        Attaching(entry, file, quota).write()
