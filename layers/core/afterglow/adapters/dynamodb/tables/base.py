"""What all items share, how keys are made, and which shapes of items can be read."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from afterglow.adapters.dynamodb.connection import connection
from afterglow.observability import logger

# Of an item that says nothing.
_FIRST_SHAPE = 1


class NewerRecordError(Exception):
    """An item has a shape that only later code reads. Its text names the model and the shape."""


def number_key(prefix: str, number: int) -> str:
    """Return a key part that sorts by its number."""
    return f"{prefix}#{number:016d}"


def user_key(user_id: int) -> str:
    """Return the key part that stands for an owner."""
    return number_key("U", user_id)


class Item(Model):
    """An item of any table. ADR 24 says when `v` and `newest` grow.

    `v` is the version of its shape, `newest` the last one that is read here.
    """

    newest: ClassVar[int] = _FIRST_SHAPE

    owner = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    v = NumberAttribute(default=_FIRST_SHAPE)

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """Return the item as it is stored. Raises NewerRecordError instead of guessing."""
        shape = _shape_of(data)
        if shape > cls.newest:
            logger.error("newer record", record=cls.__name__, v=shape)
            raise NewerRecordError(f"{cls.__name__} {shape}")
        item = super().from_raw_data(data)
        item.v = shape
        return item

    @classmethod
    def begun(cls) -> Action:
        """Return what an update does that may be an item's first: it keeps a version it finds."""
        return cls.v.set(cls.v | cls.v.default)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        # A client for every model would be made at a cold start: 80 ms each.
        table.connection._client = connection().client  # noqa: SLF001 - no public way
        return table


def _shape_of(data: Mapping[str, Mapping[str, str]]) -> int:
    return int(data["v"]["N"]) if "v" in data else _FIRST_SHAPE
