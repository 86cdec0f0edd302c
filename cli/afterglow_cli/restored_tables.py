"""Tables of a deployment beside their restored copies: whether they match, and how they are read.

Every item's key is `owner` and `item`, and belongs to one user.
"""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

from afterglow.settings import Settings
from afterglow_cli.deployment import DeploymentError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

Item = dict[str, Any]
Key = tuple[str, str]

# Transactions span them. Users come last: while they are not there, an interrupted restore that
# is begun again still sees who was there.
COPIED = ("assistants", "threads", "messages", "runs", "files", "uploads", "deletions", "users")
# Older sessions would open again; what a repeated request had made may be no more.
EMPTIED = ("sessions", "idempotency")
# DynamoDB's most in one read.
_AT_ONCE = 100
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.05, 5.0


class Pair(NamedTuple):
    """A table by its place in the design, its name, and its restored copy's; None: an empty one."""

    kind: str
    present: str
    restored: str | None


def pairs(settings: Settings, suffix: str) -> list[Pair]:
    """Return what is to be restored, in order. Raises DeploymentError unless all of it matches."""
    if not suffix:
        raise DeploymentError("Without a suffix a table would be its own copy.")
    names = {kind: str(getattr(settings, f"{kind}_table")) for kind in (*COPIED, *EMPTIED)}
    found = [Pair(kind, names[kind], names[kind] + suffix) for kind in COPIED]
    for pair in found:
        _check(pair)
    return [Pair(kind, names[kind], None) for kind in EMPTIED] + found


def _check(pair: Pair) -> None:
    present, restored = (_shape(name) for name in (pair.present, f"{pair.restored}"))
    if present != restored:
        raise DeploymentError(f"{pair.restored} has another key than {pair.present}.")


def _shape(name: str) -> list[tuple[str, str, str]]:
    """Return the key of a table that is ready: names, kinds and types."""
    try:
        table = boto3.client("dynamodb").describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise DeploymentError(f"There is no table {name}.") from None
    if table["TableStatus"] != "ACTIVE":
        raise DeploymentError(f"{name} is not ready: {table['TableStatus']}.")
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return [
        (each["AttributeName"], each["KeyType"], types[each["AttributeName"]])
        for each in table["KeySchema"]
    ]


def opened() -> "DynamoDBClient":
    """Return a client for any number of threads, which speaks in Python's types."""
    return boto3.resource("dynamodb").meta.client


def key_of(item: Item) -> Key:
    """Return the key of an item."""
    return item["owner"], item["item"]


def pages(client: "DynamoDBClient", name: str, segment: int, segments: int) -> Iterator[list[Item]]:
    """Return the items of a part of a table, as they are now."""
    part = {"Segment": segment, "TotalSegments": segments}
    asked: dict[str, Any] = {"TableName": name, "ConsistentRead": True} | part
    while True:
        answer = client.scan(**asked)
        yield answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def found(client: "DynamoDBClient", name: str, keys: Iterable[Key]) -> dict[Key, Item]:
    """Return those of these items that a table has, by key."""
    wanted = list(keys)
    items: dict[Key, Item] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for item in _read(client, name, wanted[start : start + _AT_ONCE]):
            items[key_of(item)] = item
    return items


def _read(client: "DynamoDBClient", name: str, keys: list[Key]) -> Iterator[Item]:
    asked: Any = {
        name: {
            "Keys": [{"owner": owner, "item": item} for owner, item in keys],
            "ConsistentRead": True,
        }
    }
    wait = _FIRST_WAIT_SECONDS
    while asked:
        answer = client.batch_get_item(RequestItems=asked)
        yield from answer["Responses"].get(name, ())
        if asked := answer.get("UnprocessedKeys"):
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
