"""`DeletionRepository` on DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress

from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.ports.deletions import Deletion, DeletionKind

_KINDS = {"T": DeletionKind.THREAD, "A": DeletionKind.ASSISTANT, "F": DeletionKind.FILE}


class DynamoDeletionRepository:
    """The deletions that are under way, of all users."""

    def pending(self) -> Sequence[Deletion]:
        """Return all of them, in no order. It reads the whole table, which is empty mostly."""
        return [_deletion_from(item) for item in DeletionItem.scan(consistent_read=True)]

    def count_failure(self, deletion: Deletion) -> None:
        """Note that a pass met an error; nothing happens if the deletion is done meanwhile."""
        with suppress(ConditionFailedError), conditional_write():
            _key(deletion).update(
                actions=[DeletionItem.attempts.add(1)], condition=DeletionItem.owner.exists()
            )

    def finish(self, deletion: Deletion) -> None:
        """Forget a deletion of which nothing is left."""
        _key(deletion).delete()


def _deletion_from(item: DeletionItem) -> Deletion:
    """Return what an item says is gone. What it does not say by its key is never the user."""
    prefix, _, name = item.item.partition("#")
    kind = DeletionKind.USER if item.item == "USER" else _KINDS[prefix]
    return Deletion(
        user_id=int(item.user_id),
        kind=kind,
        name=name if kind is DeletionKind.FILE else name.lstrip("0"),
        requested_at=item.requested_at,
        attempts=int(item.attempts),
        upstream_ids=frozenset(item.upstream_ids or ()),
    )


def _key(deletion: Deletion) -> DeletionItem:
    return DeletionItem(user_key(deletion.user_id), _item(deletion))


def _item(deletion: Deletion) -> str:
    match deletion.kind:
        case DeletionKind.USER:
            return "USER"
        case DeletionKind.FILE:
            return f"F#{deletion.name}"
        case DeletionKind.THREAD:
            return number_key("T", int(deletion.name))
        case DeletionKind.ASSISTANT:
            return number_key("A", int(deletion.name))
