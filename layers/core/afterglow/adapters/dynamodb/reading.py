"""Items of several tables, read in one trip."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pynamodb.exceptions import GetError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from afterglow.adapters.dynamodb.connection import connection
from afterglow.adapters.dynamodb.tables.base import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

First = TypeVar("First", bound=Item)
Second = TypeVar("Second", bound=Item)
_Found = Mapping[str, list[dict[str, Any]]]


class UnprocessedError(GetError):
    """DynamoDB was too busy to read all that it was asked for."""


def read_together(first: First, second: Second) -> tuple[First | None, Second | None]:
    """Return two items as they are stored, None for one that is not; they are of two tables.

    Only their keys are needed. Raises UnprocessedError when DynamoDB stays too busy.
    """
    found = _read({_table(item): [_key(item)] for item in (first, second)})
    return _of(found, first), _of(found, second)


@retry(
    retry=retry_if_exception_type(UnprocessedError),
    wait=wait_random_exponential(multiplier=0.05, max=0.5),
    stop=stop_after_attempt(3),
    reraise=True,
)
def _read(keys: Mapping[str, list[dict[str, Any]]]) -> _Found:
    client = cast("DynamoDBClient", connection().client)
    answer = client.batch_get_item(
        RequestItems={table: {"Keys": few, "ConsistentRead": True} for table, few in keys.items()}
    )
    if answer["UnprocessedKeys"]:
        raise UnprocessedError
    return answer["Responses"]


def _of(found: _Found, wanted: First) -> First | None:
    items = found.get(_table(wanted), [])
    return type(wanted).from_raw_data(items[0]) if items else None


def _table(item: Item) -> str:
    return item.Meta.table_name


def _key(item: Item) -> dict[str, dict[str, str]]:
    return {"owner": {"S": item.owner}, "item": {"S": item.item}}
