"""Where something secret could lie, each as a name and texts."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from local.deploy.client import client
from tests.e2e.watch.notes import BYTES, Exchange, read

# What is there to be read by everybody has the documents' own examples in it.
DOCUMENTS = ("/openapi.json", "/docs")
ISSUES_TOKENS = "/api/v1/auth/token"


class Text(NamedTuple):
    """A text, and the place where it lies."""

    place: str
    text: bytes


def answered(front: Iterable[Exchange]) -> Iterator[Text]:
    """Return what was answered: errors whole, and the rest but for a token that is issued."""
    for exchange in front:
        headers = [pair for pair in exchange.answer_headers if pair[0] != "set-cookie"]
        if exchange.status >= 400:
            yield Text("errors answered", f"{headers} {exchange.answer}".encode(BYTES))
        elif exchange.path not in DOCUMENTS:
            body = "" if exchange.path == ISSUES_TOKENS else exchange.answer
            yield Text("answers", f"{headers} {body}".encode(BYTES))


def logged(notes: Path) -> Iterator[Text]:
    """Return each line that went to CloudWatch."""
    for lines in read(notes, "log"):
        assert isinstance(lines, list)
        yield from (Text("log lines", line.encode()) for line in lines)


def called(cloud: Iterable[Exchange]) -> Iterator[Text]:
    """Return what functions asked AWS, secret values left out."""
    for exchange in cloud:
        authorization = exchange.header("authorization")
        if not authorization:
            # A form: it goes where the bytes of files go.
            continue
        service = authorization.partition("Credential=")[2].split("/")[3]
        if service == "s3":
            yield Text("calls: names of objects", unquote(exchange.path).encode(BYTES))
            yield Text("calls: objects", exchange.body.encode(BYTES))
        else:
            yield from _of_json(service, exchange)


def _of_json(service: str, exchange: Exchange) -> Iterator[Text]:
    body = json.loads(exchange.body.encode(BYTES))
    if service == "secretsmanager":
        body.pop("SecretString", None)
        yield Text("calls: names of secrets", json.dumps(body).encode())
    elif service == "dynamodb":
        for table, part in _by_table(body):
            yield Text(f"calls: table {table}", json.dumps(part).encode())
    else:
        yield Text(f"calls: {service}", json.dumps(body).encode())


def _by_table(body: Any) -> Iterator[tuple[str, Any]]:
    """Return the parts of a call to DynamoDB with the table that each is about."""
    if "RequestItems" in body:
        yield from ((_plain(table), part) for table, part in body["RequestItems"].items())
        return
    items = [part for item in body.get("TransactItems", ()) for part in item.values()]
    for part in items or [body]:
        yield _plain(part["TableName"]), part


def _plain(table: str) -> str:
    """Return the table's name in the template: `afterglow-local-RunsTable-1X2Y` is `Runs`."""
    return next(part for part in table.split("-") if part.endswith("Table")).removesuffix("Table")


def lying_in(endpoint: str) -> Iterator[Text]:
    """Return what a deployment holds: tables, queues, executions, objects, names of secrets."""
    dynamodb = client("dynamodb", endpoint)
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield Text(f"table {_plain(table)}", json.dumps(page["Items"], default=str).encode())
    yield from chain(_queued(endpoint), _executed(endpoint), _kept(endpoint))


def _queued(endpoint: str) -> Iterator[Text]:
    sqs = client("sqs", endpoint)
    for url in sqs.list_queues().get("QueueUrls", ()):
        name = f"queue {url.rpartition('/')[2]}"
        yield Text(name, b"")
        while messages := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=5
        ).get("Messages"):
            yield Text(name, json.dumps(messages).encode())


def _executed(endpoint: str) -> Iterator[Text]:
    states = client("stepfunctions", endpoint)
    for machine in states.list_state_machines()["stateMachines"]:
        pages = states.get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine["stateMachineArn"]):
            for each in page["executions"]:
                which = {"executionArn": each["executionArn"]}
                found = states.describe_execution(**which)
                events = states.get_paginator("get_execution_history").paginate(**which)
                told = json.dumps([found, *(page["events"] for page in events)], default=str)
                yield Text(f"executions of {machine['name']}", told.encode())


def _kept(endpoint: str) -> Iterator[Text]:
    s3, secrets = client("s3", endpoint), client("secretsmanager", endpoint)
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for entry in page.get("Contents", ()):
                yield Text("names of objects", entry["Key"].encode())
                found = s3.get_object(Bucket=name, Key=entry["Key"])
                yield Text("metadata of objects", json.dumps(found, default=str).encode())
                yield Text("objects", found["Body"].read())
    for page in secrets.get_paginator("list_secrets").paginate():
        yield Text("names of secrets", json.dumps(page["SecretList"], default=str).encode())


def on_disk(data: Path) -> Iterator[Text]:
    """Return what is left of a cloud in its folder, by file; of its snapshot, by service."""
    state = data / "cloud" / "state" / "state.db"
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.name.startswith(state.name):
            name = path.relative_to(data).parts
            kind = "/".join(name[:3] if name[0] == "cloud" else name[:1])
            yield Text(f"disk: {kind}", str(path.relative_to(data)).encode() + b"\n")
            yield Text(f"disk: {kind}", path.read_bytes())
    with closing(sqlite3.connect(state)) as connection:
        for service, payload in connection.execute("SELECT name, payload FROM service"):
            yield Text(f"snapshot: {service}", payload.encode())
