"""Items as they were written once, in `frozen/records`: one file for each model."""

import copy
import importlib
import json
import pkgutil
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from afterglow.adapters.dynamodb import tables
from afterglow.adapters.dynamodb.contents import put_content
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.adapters.dynamodb.tables.uploads import DueUploadItem
from tests.contract import first_shapes
from tests.tables import empty_tables, snapshot

FOLDER = Path(__file__).parent / "frozen"
# An item as DynamoDB has it.
Raw = dict[str, dict[str, Any]]
Change = Callable[[Raw], Raw]

for _module in pkgutil.iter_modules(tables.__path__):
    importlib.import_module(f"{tables.__name__}.{_module.name}")
# What is read through an index only is stored as another.
MODELS: dict[str, type[Item]] = {
    model.__name__: model for model in Item.__subclasses__() if model is not DueUploadItem
}


@cache
def _read(name: str) -> str:
    return (FOLDER / "records" / f"{name}.json").read_text()


def frozen(name: str) -> list[Raw]:
    """Return the items of a model."""
    items: list[Raw] = json.loads(_read(name))
    for item in items:
        # DynamoDB's own JSON has bytes in base64.
        item.update({each: {"B": b64decode(of["B"])} for each, of in item.items() if "B" in of})
    return items


def as_written(item: Raw) -> Raw:
    """Return an item as it is frozen."""
    return item


def unversioned(item: Raw) -> Raw:
    """Return an item as if it said nothing of its version."""
    return {name: value for name, value in item.items() if name != "v"}


def store(change: Change = as_written) -> None:
    """Store every frozen item, changed, and the text that is too long for one."""
    for name, model in MODELS.items():
        for item in frozen(name):
            boto3.client("dynamodb").put_item(
                TableName=model.Meta.table_name, Item=change(copy.deepcopy(item))
            )
    put_content(
        "answers/0000000000000042/0000000000000001/run_failed/2", first_shapes.PARTIAL.content
    )


def stored(name: str) -> list[Raw]:
    """Return what is stored of a model's frozen items by now; those that are gone are left out."""
    keys = [{part: item[part] for part in ("owner", "item")} for item in frozen(name)]
    table = MODELS[name].Meta.table_name
    found: Any = boto3.client("dynamodb").batch_get_item(
        RequestItems={table: {"Keys": keys, "ConsistentRead": True}}
    )
    items: list[Raw] = found["Responses"][table]
    return items


@dataclass(frozen=True, slots=True)
class Freezer:
    """Frozen items as they were changed before, to be stored again in no time."""

    kept: dict[Change, Callable[[], None]] = field(default_factory=dict)

    def store(self, change: Change) -> None:
        """Store every frozen item, changed, and nothing else."""
        if change in self.kept:
            self.kept[change]()
            return
        self.clear()
        store(change)
        self.kept[change] = snapshot()

    def clear(self) -> None:
        """Store nothing."""
        empty_tables()
