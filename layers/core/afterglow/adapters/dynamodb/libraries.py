"""What users' files come to, and whether the stored key opens where they are upstream."""

from contextlib import suppress

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.files import library_from
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.files import LibraryItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    patiently,
)
from afterglow.domain.models import File, Library
from afterglow.ports.files import Quota


class DynamoLibraries:
    """What `FileRepository` says of libraries."""

    def library(self, user_id: int) -> Library:
        """Return what a user's files come to; of one without files it is empty."""
        return stored_library(user_id)

    def unsettle(self, user_id: int) -> bool:
        """Note that the stored key may be of another project; tell whether there are files."""
        while not _unsettle(user_id):
            # Whoever is about to add a first file has read that there is no library.
            if _begin_next_generation(user_id):
                return False
        return True

    @patiently
    def settle(self, library: Library, *, generation: int) -> None:
        """Note where the library is: settled, in this generation."""
        with suppress(ConditionFailedError), conditional_write():
            _key(library.user_id).update(
                actions=[
                    LibraryItem.is_settled.set(True),
                    LibraryItem.generation.set(generation),
                ],
                condition=_is_where_read(library),
            )


def stored_library(user_id: int) -> Library:
    """Return a user's library as it is stored, an empty one if there is none."""
    try:
        item = LibraryItem.get(user_key(user_id), "LIBRARY", consistent_read=True)
    except LibraryItem.DoesNotExist:
        return Library(user_id)
    return library_from(user_id, item)


def count_file(transaction: TransactWrite, file: File, quota: Quota) -> None:
    """Have the transaction count a file, and fail if it is one too many or too big."""
    has_room = (LibraryItem.files < quota.files) & (LibraryItem.size <= quota.size - file.size)
    transaction.update(
        _key(file.user_id),
        actions=[
            LibraryItem.files.add(1),
            LibraryItem.size.add(file.size),
            LibraryItem.generation.set(LibraryItem.generation | 0),
            LibraryItem.is_settled.set(LibraryItem.is_settled | True),
            LibraryItem.key_changes.set(LibraryItem.key_changes | 0),
            LibraryItem.begun(),
        ],
        condition=LibraryItem.owner.does_not_exist() | has_room,
    )


def uncount_file(transaction: TransactWrite, file: File) -> None:
    """Have the transaction count a file no more."""
    transaction.update(
        _key(file.user_id),
        actions=[LibraryItem.files.add(-1), LibraryItem.size.add(-file.size)],
    )


def check_settled(transaction: TransactWrite, file: File) -> None:
    """Have the transaction fail unless the library is settled in a file's generation."""
    key, is_settled = _key(file.user_id), LibraryItem.is_settled == True  # noqa: E712 # a condition
    is_here = LibraryItem.generation == file.generation
    transaction.condition_check(LibraryItem, key.owner, key.item, condition=is_here & is_settled)


@patiently
def _unsettle(user_id: int) -> bool:
    actions: list[Action] = [LibraryItem.is_settled.set(False), LibraryItem.key_changes.add(1)]
    try:
        with conditional_write():
            _key(user_id).update(actions=actions, condition=LibraryItem.owner.exists())
    except ConditionFailedError:
        return False
    return True


@patiently
def _begin_next_generation(user_id: int) -> bool:
    begun = {"files": 0, "size": 0, "generation": 1, "is_settled": True, "key_changes": 0}
    try:
        with conditional_write():
            _key(user_id).update(
                actions=[
                    *(getattr(LibraryItem, name).set(value) for name, value in begun.items()),
                    LibraryItem.begun(),
                ],
                condition=LibraryItem.owner.does_not_exist(),
            )
    except ConditionFailedError:
        return False
    return True


def _is_where_read(library: Library) -> Condition:
    condition: Condition = (
        (LibraryItem.generation == library.generation)
        & (LibraryItem.is_settled == library.is_settled)
        & (LibraryItem.key_changes == library.key_changes)
    )
    return condition


def _key(user_id: int) -> LibraryItem:
    return LibraryItem(user_key(user_id), "LIBRARY")
