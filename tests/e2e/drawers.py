"""What lies in a deployment's tables: put there, and taken away, behind the API's back."""

import os
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import boto3

from afterglow.adapters.dynamodb.tables.base import Item
from local.deploy.client import REGION, ROOT
from local.up import LocalCloud


class Drawers:
    """The tables of a local cloud."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud

    def put(self, items: Iterable[Item]) -> None:
        """Store items."""
        for item in items:
            self._dynamodb.put_item(
                TableName=self._tables[item.Meta.table_name], Item=item.serialize()
            )

    def clear(self, owner: str) -> None:
        """Delete whatever belongs to an owner."""
        for table in self._tables.values():
            for stored in self._dynamodb.scan(TableName=table)["Items"]:
                if stored["owner"]["S"].startswith(owner):
                    key = {name: stored[name] for name in ("owner", "item")}
                    self._dynamodb.delete_item(TableName=table, Key=key)

    @cached_property
    def _dynamodb(self) -> Any:
        return self._client("dynamodb")

    @cached_property
    def _tables(self) -> dict[str, str]:
        """The deployment's names of tables, by those that the items know."""
        functions = self._client("lambda").list_functions()["Functions"]
        theirs = next(
            variables
            for function in functions
            if "USERS_TABLE" in (variables := function["Environment"]["Variables"])
        )
        ours = {name: table for name, table in os.environ.items() if name.endswith("_TABLE")}
        return {table: theirs[name] for name, table in ours.items() if name in theirs}

    def _client(self, service: str) -> Any:
        # The stubs know only names written out.
        make_client: Any = boto3.client
        return make_client(
            service,
            endpoint_url=self._cloud.cloud_url,
            region_name=REGION,
            aws_access_key_id=ROOT,
            aws_secret_access_key=ROOT,
        )
