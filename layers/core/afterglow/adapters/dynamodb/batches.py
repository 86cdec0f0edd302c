"""Items of one table, found by their owner and deleted many at a time."""

from collections.abc import Iterable

from afterglow.adapters.dynamodb.tables.base import Item

KEYS = ["owner", "item"]
# With what is read beside the keys: whether it is of a shape that is read here.
SHAPED_KEYS = [*KEYS, "v"]


def keys_of(model: type[Item], owner: str) -> Iterable[Item]:
    """Return the items of an owner, without what is in them."""
    return model.query(owner, consistent_read=True, attributes_to_get=KEYS)


def clear(model: type[Item], items: Iterable[Item]) -> None:
    """Delete items, twenty-five at a time."""
    with model.batch_write() as batch:
        for item in items:
            batch.delete(item)
