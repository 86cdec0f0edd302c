"""What the search at the end of the run would find, wherever it lay."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import chain

import httpx2

from local.deploy.client import client
from tests.e2e.visitor import Visitor
from tests.e2e.watch.cloud import WatchedCloud
from tests.e2e.watch.places import lying_in, on_disk
from tests.e2e.watch.search import passed
from tests.e2e.watch.sent import Canaries
from tests.e2e.watch.verdict import Verdict

Plant = Callable[[WatchedCloud, str], AbstractContextManager[None]]
PATIENCE = 30


@contextmanager
def in_a_log(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    logs = client("logs", cloud.cloud_url)
    place = {"logGroupName": "/planted", "logStreamName": "1"}
    logs.create_log_group(logGroupName="/planted")
    logs.create_log_stream(**place)
    events = [{"timestamp": int(time.time() * 1000), "message": json.dumps({"key": secret})}]
    logs.put_log_events(**place, logEvents=events)
    yield
    logs.delete_log_group(logGroupName="/planted")


@contextmanager
def in_a_table(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    dynamodb = client("dynamodb", cloud.cloud_url)
    (table,) = [t for t in dynamodb.list_tables()["TableNames"] if "IdempotencyTable" in t]
    key = {"owner": {"S": "PLANTED"}, "item": {"S": "1"}}
    dynamodb.put_item(TableName=table, Item=key | {"body": {"S": secret}})
    yield
    dynamodb.delete_item(TableName=table, Key=key)


@contextmanager
def in_a_dead_letter(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    sqs, url = client("sqs", cloud.cloud_url), cloud.outputs["IngestDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"key": secret}))
    yield
    sqs.purge_queue(QueueUrl=url)


@contextmanager
def in_an_execution(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    states = client("stepfunctions", cloud.cloud_url)
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    poller = states.describe_state_machine(stateMachineArn=cloud.outputs["RunPollerArn"])
    made = states.create_state_machine(
        name="planted", definition=json.dumps(definition), roleArn=poller["roleArn"]
    )
    which = {"stateMachineArn": made["stateMachineArn"]}
    states.start_execution(**which, input=json.dumps({"message": secret}))
    yield
    states.delete_state_machine(**which)


@contextmanager
def in_an_objects_name(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    place = {"Bucket": cloud.outputs["ContentBucketName"], "Key": f"files/{secret}"}
    s3 = client("s3", cloud.cloud_url)
    s3.put_object(**place, Body=b"")
    yield
    s3.delete_object(**place)


@contextmanager
def in_a_secrets_name(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    manager = client("secretsmanager", cloud.cloud_url)
    manager.create_secret(Name=f"/planted/{secret}", SecretString="nothing")
    yield
    manager.delete_secret(SecretId=f"/planted/{secret}", ForceDeleteWithoutRecovery=True)


@contextmanager
def on_a_disk(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    file = cloud.data / "logs" / "planted.log"
    file.write_text(f"warning: {secret}")
    yield
    file.unlink()


@contextmanager
def in_an_error(cloud: WatchedCloud, secret: str) -> Iterator[None]:
    with httpx2.Client(base_url=cloud.front_url, timeout=40) as http:
        visitor = Visitor(http, f"user-{secrets.token_hex(6)}")
        visitor.settle_in()
        # OpenAI does not offer it, and that is said by its name.
        visitor.post("/api/assistants", {"name": "Odd", "model": secret})
        visitor.post("/api/thread/new", {"assistantId": 2})
        assert secret in visitor.chat("Is anybody there?", 2).text
    yield


PLANTS: dict[str, Plant] = {
    "log lines": in_a_log,
    "table Idempotency": in_a_table,
    "IngestDeadLetterQueue": in_a_dead_letter,
    "executions of planted": in_an_execution,
    "names of objects": in_an_objects_name,
    "names of secrets": in_a_secrets_name,
    "disk: logs": on_a_disk,
    "errors answered": in_an_error,
}
# What is stored is on disk a moment later.
SNAPSHOTS = {"dynamodb": in_a_table, "sqs": in_a_dead_letter, "stepfunctions": in_an_execution}


def leaks(cloud: WatchedCloud, values: set[str]) -> set[tuple[str, str]]:
    """Return which of the values were found, and where."""
    verdict = Verdict(Canaries(keys=values))
    verdict.search(chain(passed(cloud), lying_in(cloud.cloud_url), on_disk(cloud.data)))
    return {(value, place) for _, place, value in verdict.leaks}


def test_what_lies_where_it_should_not_is_found(cloud: WatchedCloud) -> None:
    planted = {plant: "sk-" + secrets.token_hex(20) for plant in PLANTS.values()}
    wanted = {(planted[plant], place) for place, plant in PLANTS.items()}
    wanted |= {(planted[plant], f"snapshot: {name}") for name, plant in SNAPSHOTS.items()}
    missing, until = wanted, time.monotonic() + PATIENCE

    with ExitStack() as stack:
        for plant, secret in planted.items():
            stack.enter_context(plant(cloud, secret))
        while missing and time.monotonic() < until:
            found = leaks(cloud, set(planted.values()))
            missing = {
                (secret, place)
                for secret, place in wanted
                if not any(place in where for value, where in found if value == secret)
            }

    assert missing == set()
    assert leaks(cloud, {"sk-" + secrets.token_hex(20)}) == set()
