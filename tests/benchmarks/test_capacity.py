"""What DynamoDB bills, by its documentation's rules and examples."""

import base64

import pytest

from benchmarks.capacity.sizes import Item, item_size
from benchmarks.capacity.units import (
    Index,
    batch_units,
    get_units,
    index_units,
    query_units,
    write_units,
)

DUE = Index(key=("shard", "at"), held=frozenset({"owner", "shard", "at"}))


def sized(size: int) -> Item:
    """Return an item of so many bytes, one of which is its attribute's name."""
    return {"s": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "grün"}, 5),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "1200"}, 2),
        ({"N": "-12.5"}, 4),
        ({"N": "1764000000"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": base64.b64encode(b"four").decode()}, 4),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["7", "12"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"N": "7"}]}, 3 + 1 + 2 + 1 + 2),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
    ],
)
def test_a_value_is_as_large_as_documented(value: dict[str, object], size: int) -> None:
    assert item_size({"name": value}) == len("name") + size


def test_reads_are_rounded_up_to_four_kilobytes() -> None:
    assert [get_units(sized(size), is_consistent=True) for size in (1, 4096, 4097)] == [1, 1, 2]
    assert get_units(sized(4097), is_consistent=False) == 1
    assert get_units(None, is_consistent=True) == 1
    assert get_units(None, is_consistent=False) == 0.5


def test_a_query_is_rounded_once_and_a_batch_item_by_item() -> None:
    items = [sized(1500)] * 3

    assert query_units(items, is_consistent=True) == 2
    assert batch_units(items, is_consistent=True) == 3
    assert query_units([], is_consistent=False) == 0.5


def test_a_write_is_billed_by_the_larger_of_before_and_after() -> None:
    assert write_units(None, sized(1024)) == 1
    assert write_units(None, sized(1025)) == 2
    assert write_units(sized(3000), sized(10)) == 3
    assert write_units(sized(3000), None) == 3
    assert write_units(None, None) == 1
    assert write_units(None, sized(1025), in_transaction=True) == 4


def test_an_index_is_billed_only_for_what_changes_in_it() -> None:
    def item(**changes: str) -> Item:
        content = {"owner": "a", "shard": "0", "at": "1", "else": "x" * 3000} | changes
        return {name: {"S": text} for name, text in content.items() if text}

    assert index_units(DUE, None, item()) == 1
    assert index_units(DUE, item(), item(**{"else": "y"})) == 0
    assert index_units(DUE, item(), item(at="2")) == 2
    assert index_units(DUE, item(), item(owner="b")) == 1
    assert index_units(DUE, item(), item(shard="")) == 1
    assert index_units(DUE, item(shard=""), None) == 0
