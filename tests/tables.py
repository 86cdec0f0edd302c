"""The template's tables, made in moto: tests and deployment share one schema."""

import copy
import hashlib
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from tests.template.document import ROOT, TABLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@cache
def table_names() -> dict[str, str]:
    """Return the names of the tables that the functions know, by logical id."""
    variables = {table: table.removesuffix("Table").upper() + "_TABLE" for table in TABLES}
    return {table: os.environ[name] for table, name in variables.items() if name in os.environ}


@cache
def _client() -> "DynamoDBClient":
    return boto3.client("dynamodb")


def create_tables() -> None:
    """Create every table whose name the environment knows, and what else the functions use."""
    for table, name in table_names().items():
        shape = TABLES[table]
        _client().create_table(
            TableName=name,
            BillingMode=shape["BillingMode"],
            AttributeDefinitions=shape["AttributeDefinitions"],
            KeySchema=shape["KeySchema"],
            **{name: shape[name] for name in ("GlobalSecondaryIndexes",) if name in shape},
        )
    for bucket in ("CONTENT_BUCKET", "STAGING_BUCKET"):
        boto3.client("s3").create_bucket(Bucket=os.environ[bucket])
    boto3.client("sqs").create_queue(QueueName=os.environ["INGEST_QUEUE_URL"].rpartition("/")[2])
    for machine in ("run-poller", "directory-ingest"):
        definition = ROOT / "statemachines" / f"{machine.replace('-', '_')}.asl.json"
        boto3.client("stepfunctions").create_state_machine(
            name=f"afterglow-local-{machine}",
            definition=definition.read_text(),
            roleArn=f"arn:aws:iam::123456789012:role/{machine}",
        )
    boto3.client("secretsmanager").create_secret(
        Name=os.environ["PEPPER_SECRET"], SecretString="pepper of the tests"
    )


def _stored() -> list[Table]:
    # Moto's own memory: a Scan through its API takes a second where this takes none.
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]].tables
    return [tables[name] for name in table_names().values()]


def empty_tables() -> None:
    """Delete every item of every table. Moto copies them all for each transaction."""
    for table in _stored():
        table.items.clear()


def items() -> list[dict[str, Any]]:
    """Return every item of every table, with the name of its `table`."""
    return [
        {"table": table.name} | item.to_json()["Attributes"]
        for table in _stored()
        for item in table.all_items()
    ]


def snapshot() -> Callable[[], None]:
    """Return what makes every table as it is now."""
    kept = {table.name: copy.deepcopy(table.items) for table in _stored()}

    def restore() -> None:
        # A transaction that fails leaves moto with other tables than it began with.
        for table in _stored():
            table.items = copy.deepcopy(kept[table.name])

    return restore


def dump() -> str:
    """Return every item of every table, as text."""
    return "\n".join(
        f"{table.name} {item.to_json()}" for table in _stored() for item in table.all_items()
    )


def fingerprint() -> str:
    """Return a hash of every item of every table, but for how often someone did something."""
    counts = os.environ["LIMITS_TABLE"]
    lines = [line for line in dump().splitlines() if not line.startswith(f"{counts} ")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def lose_latest(variable: str, owner: str, prefix: str) -> None:
    """Have an owner's last item of a kind gone from a table. No call is made of it."""
    (table,) = (table for table in _stored() if table.name == os.environ[variable])
    there = [item.attrs for item in table.all_items()]
    mine = [keys for keys in there if keys["owner"].value == owner]
    kind = [keys for keys in mine if keys["item"].value.startswith(prefix)]
    latest = max(kind, key=lambda keys: str(keys["item"].value))
    table.delete_item(latest["owner"], latest["item"])
