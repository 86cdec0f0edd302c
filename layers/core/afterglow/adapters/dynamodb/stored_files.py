"""Files as they are stored, found by their ids and by what leads to those."""

from collections.abc import Iterable

from afterglow.adapters.dynamodb.records.files import file_from, file_key
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.files import FileItem, FilePointerItem
from afterglow.domain.models import File


def stored_file(user_id: int, file_id: str) -> File | None:
    """Return a file as it is stored, None if it is not there."""
    key = file_key(user_id, file_id)
    try:
        return file_from(FileItem.get(key.owner, key.item, consistent_read=True))
    except FileItem.DoesNotExist:
        return None


def files_behind(user_id: int, pointers: Iterable[str]) -> dict[str, File]:
    """Return the files that pointers lead to, by the pointers' keys, a hundred in a trip.

    A pointer that leads to nothing any more is left out.
    """
    owner = user_key(user_id)
    found = FilePointerItem.batch_get(
        [(owner, key) for key in dict.fromkeys(pointers)], consistent_read=True
    )
    ids = {item.item: item.file_id for item in found}
    files = FileItem.batch_get(
        [(owner, f"F#{id_}") for id_ in dict.fromkeys(ids.values())], consistent_read=True
    )
    by_id = {item.id: file_from(item) for item in files}
    return {key: by_id[id_] for key, id_ in ids.items() if id_ in by_id}
