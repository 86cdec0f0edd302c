"""Every AWS call of some work, with the units that DynamoDB would bill for it."""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from benchmarks.capacity.sizes import Item
from benchmarks.capacity.units import (
    Index,
    batch_units,
    get_units,
    index_units,
    query_units,
    write_units,
)
from tests import wiretap

KEY = ("owner", "item")
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
Body = dict[str, Any]
Target = tuple[str, Item]
Handler = Callable[[str, AWSPreparedRequest], AWSResponse | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of AWS. `read` and `write` are units, of DynamoDB only."""

    service: str
    operation: str
    read: float = 0
    write: float = 0


@dataclass
class Meter:
    """Sits between botocore and moto, where it sees requests and, before and after, the tables."""

    calls: list[Call] = field(default_factory=list)
    _evaluated: list[Item] = field(default_factory=list)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Take note of all calls inside. The tests' wiretap is where moto's handler would be."""
        self._real: Handler = botocore_stubber
        query = Table.query

        def evaluating(table: Table, *positional: Any, **named: Any) -> Any:
            self._evaluated = _unfiltered(query, table, positional, named)
            return query(table, *positional, **named)

        with (
            patch.object(wiretap, "botocore_stubber", self),
            patch.object(Table, "query", evaluating),
        ):
            yield

    def __call__(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
        """Do what was asked, and take note of it."""
        service, operation = event_name.split(".")[1:]
        if service != "dynamodb":
            self.calls.append(Call(service, operation))
            return self._real(event_name, request)
        body: Body = json.loads(request.body)  # type: ignore[arg-type] # never a file
        targets = _targets(operation, body)
        before = [_stored(*target) for target in targets]
        response = self._real(event_name, request)
        if operation in WRITES:
            write = _written(operation, targets, before)
            self.calls.append(Call(service, operation, write=write))
        else:
            self.calls.append(Call(service, operation, read=self._read(operation, body)))
        return response

    def _read(self, operation: str, body: Body) -> float:
        is_consistent = bool(body.get("ConsistentRead"))
        match operation:
            case "GetItem":
                item = _stored(body["TableName"], body["Key"])
                return get_units(item, is_consistent=is_consistent)
            case "Query":
                return query_units(self._evaluated, is_consistent=is_consistent)
            case "Scan":
                everything = map(_attributes, stored_table(body["TableName"]).all_items())
                return query_units([*everything], is_consistent=is_consistent)
            case "BatchGetItem":
                return sum(
                    batch_units(
                        (_stored(name, key) for key in asked["Keys"]),
                        is_consistent=bool(asked.get("ConsistentRead")),
                    )
                    for name, asked in body["RequestItems"].items()
                )
        raise ValueError(operation)


def _unfiltered(
    query: Callable[..., Any], table: Table, positional: tuple[Any, ...], named: dict[str, Any]
) -> list[Item]:
    """Return what a query reads before it filters and projects, which moto does at the end."""
    asked = inspect.signature(query).bind(table, *positional, **named)
    asked.arguments |= {"projection_expressions": None, "filter_expression": None}
    found, _, _ = query(*asked.args, **asked.kwargs)
    return [_attributes(each) for each in found]


def _targets(operation: str, body: Body) -> list[Target]:
    """Return table and key of each item that a request may write."""
    match operation:
        case "PutItem":
            return [(body["TableName"], _key(body["Item"]))]
        case "UpdateItem" | "DeleteItem":
            return [(body["TableName"], body["Key"])]
        case "TransactWriteItems":
            parts = [part for each in body["TransactItems"] for part in each.values()]
            return [(part["TableName"], _key(part.get("Item") or part["Key"])) for part in parts]
        case "BatchWriteItem":
            return [
                (name, _key(part.get("Item") or part["Key"]))
                for name, requests in body["RequestItems"].items()
                for each in requests
                for part in each.values()
            ]
    return []


def _written(operation: str, targets: list[Target], before: list[Item | None]) -> float:
    in_transaction = operation == "TransactWriteItems"
    units = 0.0
    for (name, key), old in zip(targets, before, strict=True):
        new = _stored(name, key)
        units += write_units(old, new, in_transaction=in_transaction)
        units += sum(index_units(index, old, new) for index in _indexes(name))
    return units


def _key(item: Item) -> Item:
    return {name: item[name] for name in KEY}


def stored_table(name: str) -> Table:
    """Return a table of moto's memory."""
    (backend,) = (each for each in dynamodb_backends[DEFAULT_ACCOUNT_ID].values() if each.tables)
    return backend.tables[name]


def _stored(name: str, key: Item) -> Item | None:
    owner, item = (DynamoType(dict(key[part])) for part in KEY)
    found = stored_table(name).get_item(owner, item)
    return None if found is None else _attributes(found)


def _attributes(item: Any) -> Item:
    attributes: Item = item.to_json()["Attributes"]
    return attributes


def _indexes(name: str) -> list[Index]:
    return [_index(each.schema, each.projection) for each in stored_table(name).global_indexes]


def _index(schema: list[dict[str, str]], projection: dict[str, Any]) -> Index:
    if projection["ProjectionType"] == "ALL":
        raise ValueError(projection)
    key = tuple(part["AttributeName"] for part in schema)
    return Index(key, frozenset({*KEY, *key, *projection.get("NonKeyAttributes", ())}))
