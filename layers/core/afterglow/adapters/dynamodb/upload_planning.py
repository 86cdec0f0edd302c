"""Uploads whose files are found later: planned once, whoever does it and however often it dies."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from afterglow.adapters.dynamodb.records.uploads import upload_key
from afterglow.adapters.dynamodb.tables.uploads import UploadItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    patiently,
)
from afterglow.adapters.dynamodb.upload_writing import batches, write_batch
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import Upload, UploadFile

Read = Callable[[], Iterable[UploadFile]]

_TRIES = 5


def plan_upload(upload: Upload, files: Sequence[UploadFile], read: Read) -> None:
    """Store those files that are not among what `read` returns, and that there are no more.

    Another planner may be at it: what either has written stays, and no file is written twice.
    Raises ConflictError if they do not leave each other room.
    """
    for _ in range(_TRIES):
        there = list(read())
        missing = _missing(there, files)
        try:
            for batch in batches(missing):
                write_batch(batch)
        except ConditionFailedError:
            continue
        _finish(upload, len(there) + len(missing))
        return
    raise ConflictError("The upload is being planned")


def _missing(there: Sequence[UploadFile], files: Sequence[UploadFile]) -> Sequence[UploadFile]:
    """Return those files that are not there, numbered from where those that are end."""
    known = {_identity(file) for file in there}
    missing = [file for file in files if _identity(file) not in known]
    return [replace(file, number=len(there) + index) for index, file in enumerate(missing)]


def _identity(file: UploadFile) -> tuple[int | None, str, str | None]:
    return file.assistant_id, file.path, file.file_id


@patiently
def _finish(upload: Upload, total: int) -> None:
    with suppress(ConditionFailedError), conditional_write():
        upload_key(upload.user_id, upload.id).update(
            actions=[
                UploadItem.is_planned.set(True),
                UploadItem.total.set(total),
                UploadItem.due_shard.remove(),
            ],
            condition=UploadItem.is_planned == False,  # noqa: E712 # a condition, not a value
        )
