"""How many units DynamoDB bills for what is read and written.

After "DynamoDB read and write operations":
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.capacity.sizes import Item, item_size

READ_UNIT = 4096
WRITE_UNIT = 1024
# Of a transaction: each item is prepared and committed.
TRANSACTION = 2
EVENTUAL = 0.5


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: the attributes of its key, and of everything it holds."""

    key: tuple[str, ...]
    held: frozenset[str]

    def view(self, item: Item | None) -> Item | None:
        """Return what the index holds of an item, None if the item is not in it."""
        if item is None or any(name not in item for name in self.key):
            return None
        return {name: value for name, value in item.items() if name in self.held}


def get_units(item: Item | None, *, is_consistent: bool) -> float:
    """Return the read units of one item. One that is not there costs as the smallest."""
    return query_units([item] if item else [], is_consistent=is_consistent)


def batch_units(items: Iterable[Item | None], *, is_consistent: bool) -> float:
    """Return the read units of a batch: each item is rounded up by itself."""
    return sum(get_units(item, is_consistent=is_consistent) for item in items)


def query_units(evaluated: Sequence[Item], *, is_consistent: bool) -> float:
    """Return the read units of a page of a Query or Scan.

    `evaluated` is all that was read, filtered out or not, whole: their sum is rounded up.
    """
    units = max(1, ceil(sum(map(item_size, evaluated)) / READ_UNIT))
    return units if is_consistent else units * EVENTUAL


def write_units(before: Item | None, after: Item | None, *, in_transaction: bool = False) -> float:
    """Return the table's units of a write, by the larger of what was there and what is.

    So also of a check in a transaction, and of a write whose condition does not hold.
    """
    units = _rounded(max(_size(before), _size(after)))
    return units * TRANSACTION if in_transaction else units


def index_units(index: Index, before: Item | None, after: Item | None) -> float:
    """Return the index's units of a write: two if its key changes, none if nothing of it does.

    In a transaction, too: indexes follow it asynchronously.
    """
    old, new = index.view(before), index.view(after)
    if old == new:
        return 0
    if old is not None and new is not None and _key(index, old) != _key(index, new):
        return _rounded(_size(old)) + _rounded(_size(new))
    return _rounded(max(_size(old), _size(new)))


def _key(index: Index, view: Item) -> list[Mapping[str, object]]:
    return [view[name] for name in index.key]


def _size(item: Item | None) -> int:
    return 0 if item is None else item_size(item)


def _rounded(size: int) -> int:
    return max(1, ceil(size / WRITE_UNIT))
