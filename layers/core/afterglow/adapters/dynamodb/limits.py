"""`RateLimiter` on DynamoDB: one item for the longest of an action's windows, one update a call."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.connection import connection
from afterglow.adapters.dynamodb.tables.base import number_key
from afterglow.adapters.dynamodb.tables.limits import RatesItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError
from afterglow.domain.rates import Period, Use, Window, check_room
from afterglow.ports.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# How long counts are kept beyond their windows, for what is given back late.
_KEPT = timedelta(hours=1)

_Item = Mapping[str, Any]


class _FullError(ConditionFailedError):
    """A condition did not hold of this item, as DynamoDB has it, or of none."""

    def __init__(self, item: _Item) -> None:
        super().__init__()
        self.item = item


@dataclass(frozen=True, slots=True)
class DynamoRateLimiter:
    """Counts of what subjects do."""

    now: Clock

    def take(self, subject: str, action: str, windows: Sequence[Window], *, count: int = 1) -> Use:
        """Count in every window, or in none if one has no room. Raises RateLimitError.

        A call that is sent again because its reply was lost may count twice, never too little.
        """
        taken = Use(subject, action, tuple(windows), count, self.now())
        check_room(taken, {})
        try:
            _add(taken, count, _has_room(taken))
        except _FullError as error:
            check_room(taken, _used(taken, error.item))
            raise
        return taken

    def give_back(self, taken: Use) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        with suppress(_FullError):
            had = [_path(taken, window) >= taken.count for window in taken.windows]
            _add(taken, -taken.count, reduce(and_, had))


def count_use(transaction: TransactWrite, use: Use) -> None:
    """Have the transaction count in every window, and fail if one has no room.

    Raises RateLimitError if none ever has.
    """
    check_room(use, {})
    item = _item(use)
    transaction.update(item, actions=_changes(use, use.count), condition=_has_room(use))


def check_room_for(use: Use) -> None:
    """Raise RateLimitError if a window has no room now."""
    item = _item(use)
    found = cast("DynamoDBClient", connection().client).get_item(
        TableName=RatesItem.Meta.table_name,
        Key={"owner": {"S": item.owner}, "item": {"S": item.item}},
        ConsistentRead=True,
    )
    check_room(use, _used(use, found.get("Item", {})))


def _add(taken: Use, change: int, condition: Condition) -> None:
    """Change the count of every window if the condition holds. Raises _FullError."""
    update = _item(taken).get_update_kwargs_from_instance(
        _changes(taken, change), condition, return_values_on_condition_failure="ALL_OLD"
    )
    try:
        # Not the model's own update: it drops what a failed condition saw.
        cast("DynamoDBClient", connection().client).update_item(**update)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise _FullError(cast("_Item", error.response.get("Item", {}))) from error


def _item(use: Use) -> RatesItem:
    return RatesItem(use.subject, number_key(use.action, _longest(use).number(use.at)))


def _changes(use: Use, change: int) -> list[Action]:
    return [
        *(_path(use, window).add(change) for window in use.windows),
        RatesItem.expires_at.set(_longest(use).end(use.at) + _KEPT),
        RatesItem.begun(),
    ]


def _has_room(use: Use) -> Condition:
    paths = [(_path(use, window), window.limit - use.count) for window in use.windows]
    condition: Condition = reduce(
        and_, [path.does_not_exist() | (path <= most) for path, most in paths]
    )
    return condition


def _longest(taken: Use) -> Window:
    return max(taken.windows, key=lambda window: window.period)


def _name(taken: Use, window: Window) -> str:
    """Return the name of a window's count: its length, and which it is within the longest one."""
    offset = window.number(taken.at) % (_longest(taken).period // window.period)
    return f"w{window.period:d}_{offset}"


def _path(taken: Use, window: Window) -> Path:
    return Path(_name(taken, window))


def _used(taken: Use, item: _Item) -> dict[Period, int]:
    names = {window.period: _name(taken, window) for window in taken.windows}
    return {period: int(item[name]["N"]) for period, name in names.items() if name in item}
