"""The staging areas of users: files by their paths, for a day."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition

from afterglow.adapters.dynamodb.records.uploads import STAGED_KEPT
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.uploads import StagedItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.domain.models import Staged, UploadFile


class DynamoStagingArea:
    """What `UploadRepository` says of staged files."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def stage(self, staged: Staged) -> None:
        """Put a file into the user's staging area, in place of what had its path."""
        StagedItem(
            *_key(staged.user_id, staged.path),
            user_id=staged.user_id,
            path=staged.path,
            size=staged.size,
            upload_id=staged.upload_id,
            number=staged.number,
            sha256=staged.sha256,
            file_id=staged.file_id,
            staged_at=staged.staged_at,
            expires_at=staged.staged_at + STAGED_KEPT,
        ).save()

    def staged(self, user_id: int, directory: str) -> Sequence[Staged]:
        """Return what is staged under a folder (all of it for ""), by path ascending."""
        owner, prefix = _key(user_id, f"{directory}/" if directory else "")
        items = StagedItem.query(
            owner,
            StagedItem.item.startswith(prefix),
            filter_condition=StagedItem.staged_at > self._now() - STAGED_KEPT,
            consistent_read=True,
        )
        return [_staged_from(item) for item in items]

    def keep_staged(self, file: UploadFile, file_id: str) -> None:
        """Note that the staged bytes a file takes are ours, unless its path has others by now."""
        with suppress(ConditionFailedError), conditional_write():
            StagedItem(*_key(file.user_id, file.path)).update(
                actions=[StagedItem.file_id.set(file_id)], condition=_takes(file)
            )

    def unstage(self, file: UploadFile) -> None:
        """Have the staged bytes a file takes staged no longer, unless its path has others."""
        with suppress(ConditionFailedError), conditional_write():
            StagedItem(*_key(file.user_id, file.path)).delete(condition=_takes(file))


def _takes(file: UploadFile) -> Condition:
    upload_id, number = file.place
    is_place: Condition = (StagedItem.upload_id == upload_id) & (StagedItem.number == number)
    return is_place


def _staged_from(item: StagedItem) -> Staged:
    return Staged(
        user_id=int(item.user_id),
        path=item.path,
        size=int(item.size),
        upload_id=item.upload_id,
        number=int(item.number),
        staged_at=item.staged_at,
        sha256=item.sha256,
        file_id=item.file_id,
    )


def _key(user_id: int, path: str) -> tuple[str, str]:
    return user_key(user_id), f"D#{path}"
