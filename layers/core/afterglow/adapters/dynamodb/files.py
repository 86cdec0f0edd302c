"""`FileRepository` on DynamoDB."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.assistant_presence import with_present_users
from afterglow.adapters.dynamodb.attachments import DynamoAttachments
from afterglow.adapters.dynamodb.file_deletion import delete_file, discard_file
from afterglow.adapters.dynamodb.file_tombstones import check_undeleted, is_deleted
from afterglow.adapters.dynamodb.libraries import DynamoLibraries, count_file
from afterglow.adapters.dynamodb.losses import DynamoLosses
from afterglow.adapters.dynamodb.records.files import (
    content_pointer,
    file_from,
    file_item,
    file_key,
    pointer_item,
    upstream_pointer_item,
)
from afterglow.adapters.dynamodb.stored_files import files_behind, stored_file
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.files import FileItem, FilePointerItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.adapters.dynamodb.vector_stores import DynamoVectorStores
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import File
from afterglow.ports.files import Quota, file_quota_reached


class DynamoFileRepository(DynamoLibraries, DynamoAttachments, DynamoVectorStores, DynamoLosses):
    """Files, of one owner at a time. A deleted file is not there."""

    def add(self, file: File, quota: Quota) -> File:
        """Store a new file, count it, and return it, or the one of the same path and content."""

        def fill(transaction: TransactWrite) -> None:
            transaction.save(pointer_item(file), condition=FilePointerItem.owner.does_not_exist())
            transaction.save(file_item(file), condition=FileItem.owner.does_not_exist())
            count_file(transaction, file, quota)
            check_undeleted(transaction, file)

        if quota.files < 1 or file.size > quota.size:
            return self._known_or_refused(file)
        try:
            write_transaction(fill)
        except ConditionFailedError:
            return self._known_or_refused(file)
        return file

    def get(self, user_id: int, file_id: str) -> File:
        """Return one. Raises NotFoundError."""
        file = stored_file(user_id, file_id)
        if file is None:
            raise NotFoundError("File not found")
        return file

    def find(self, user_id: int, path: str, sha256: str) -> File | None:
        """Return the user's file of a path and content, None if there is none."""
        key = content_pointer(path, sha256)
        return files_behind(user_id, [key]).get(key)

    def find_known(
        self, user_id: int, wanted: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], File]:
        """Return those files of these paths and contents that the user has, in few trips."""
        pointers = {each: content_pointer(*each) for each in wanted}
        behind = files_behind(user_id, pointers.values())
        seen = with_present_users(user_id, iter(behind.values()), None)
        files = dict(zip(behind, seen, strict=True))
        return {each: files[key] for each, key in pointers.items() if key in files}

    def by_upstream_ids(self, user_id: int, upstream_ids: Sequence[str]) -> dict[str, File]:
        """Return those files that are there, by OpenAI's ids of them, whatever the generation."""
        files = files_behind(user_id, [f"O#{each}" for each in upstream_ids])
        return {key.removeprefix("O#"): file for key, file in files.items()}

    def list(
        self, user_id: int, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[File]:
        """Return a user's files beyond an id, by id ascending: in the order they were added."""
        first = f"F#{after or ''}"
        items = FileItem.query(
            user_key(user_id),
            FileItem.item.between(first, "F$"),
            consistent_read=True,
            page_size=page_size,
        )
        files = (file_from(item) for item in items if item.item != first)
        return with_present_users(user_id, files, page_size)

    def bind(self, file: File, upstream_id: str, generation: int) -> File:
        """Note which file upstream it is, unless somebody has in this generation; return it."""
        is_unbound = FileItem.upstream_id.does_not_exist() | (FileItem.generation < generation)

        def fill(transaction: TransactWrite) -> None:
            transaction.save(upstream_pointer_item(file, upstream_id))
            transaction.update(
                file_key(file.user_id, file.id),
                actions=[
                    FileItem.upstream_id.set(upstream_id),
                    FileItem.upstream_ids.add({upstream_id}),
                    FileItem.generation.set(generation),
                ],
                condition=FileItem.owner.exists() & is_unbound,
            )

        # Somebody has bound it, perhaps we, if only the reply was lost: what is stored tells.
        with suppress(ConditionFailedError):
            write_transaction(fill)
        return self.get(file.user_id, file.id)

    def discard(self, file: File, now: datetime) -> bool:
        """Delete a file if no assistant uses it, and tell whether it is gone."""
        return discard_file(file, now)

    def delete(self, file: File, now: datetime) -> None:
        """Delete a file, whoever uses it; that it is gone is no error."""
        delete_file(file, now)

    def _known_or_refused(self, file: File) -> File:
        known = self.find(file.user_id, file.path, file.sha256)
        if known is not None:
            return known
        if is_deleted(file):
            raise NotFoundError("File not found")
        raise file_quota_reached()
