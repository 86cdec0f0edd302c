"""`RateLimiter` on DynamoDB: one item for the longest of an action's windows, one update a call."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from afterglow.adapters.dynamodb.tables.base import number_key
from afterglow.adapters.dynamodb.tables.limits import RatesItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, connection
from afterglow.domain.rates import Period, Taken, Window, check_room
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

    def take(
        self, subject: str, action: str, windows: Sequence[Window], *, count: int = 1
    ) -> Taken:
        """Count in every window, or in none if one has no room. Raises RateLimitError.

        A call that is sent again because its reply was lost may count twice, never too little.
        """
        taken = Taken(subject, action, tuple(windows), count, self.now())
        check_room(taken, {})

        def has_room(window: Window) -> Condition:
            path = _path(taken, window)
            condition: Condition = path.does_not_exist() | (path <= window.limit - count)
            return condition

        try:
            _add(taken, count, has_room)
        except _FullError as error:
            check_room(taken, _used(taken, error.item))
            raise
        return taken

    def give_back(self, taken: Taken) -> None:
        """Undo a count; nothing happens if it is forgotten already."""
        with suppress(_FullError):
            _add(taken, -taken.count, lambda window: _path(taken, window) >= taken.count)


def _add(taken: Taken, change: int, condition: Callable[[Window], Condition]) -> None:
    """Change the count of every window if the condition holds of each. Raises _FullError."""
    item = RatesItem(taken.subject, number_key(taken.action, _longest(taken).number(taken.at)))
    update = item.get_update_kwargs_from_instance(
        [
            *(_path(taken, window).add(change) for window in taken.windows),
            RatesItem.expires_at.set(_longest(taken).end(taken.at) + _KEPT),
            RatesItem.v.set(1),
        ],
        reduce(and_, map(condition, taken.windows)),
        return_values_on_condition_failure="ALL_OLD",
    )
    try:
        # Not the model's own update: it drops what a failed condition saw.
        cast("DynamoDBClient", connection().client).update_item(**update)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise _FullError(cast("_Item", error.response.get("Item", {}))) from error


def _longest(taken: Taken) -> Window:
    return max(taken.windows, key=lambda window: window.period)


def _name(taken: Taken, window: Window) -> str:
    """Return the name of a window's count: its length, and which it is within the longest one."""
    offset = window.number(taken.at) % (_longest(taken).period // window.period)
    return f"w{window.period:d}_{offset}"


def _path(taken: Taken, window: Window) -> Path:
    return Path(_name(taken, window))


def _used(taken: Taken, item: _Item) -> dict[Period, int]:
    names = {window.period: _name(taken, window) for window in taken.windows}
    return {period: int(item[name]["N"]) for period, name in names.items() if name in item}
