"""What outlives a crash, a slow answer, and a look into the drawers."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest

from local.ports import Ports
from local.up import LocalCloud
from tests.e2e.visitor import Visitor

# Longer than the launcher waits between two snapshots.
SNAPSHOT_SECONDS = 6


@pytest.fixture
def mortal_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A cloud of its own, to be killed."""
    with LocalCloud(Ports.free(), tmp_path) as cloud:
        yield cloud


def test_a_conversation_outlives_kill_9(mortal_cloud: LocalCloud) -> None:
    with httpx2.Client(base_url=mortal_cloud.front_url, timeout=40) as http:
        ada = Visitor(http, "ada")
        ada.settle_in()
        assert ada.chat("My name is Ada.").status_code == 200
        before = ada.messages()
        time.sleep(SNAPSHOT_SECONDS)

        mortal_cloud.kill()
        mortal_cloud.start()

        # The browser's cookie still counts, and OpenAI's side remembers, too.
        assert ada.messages() == before
        assert "Ada" in ada.chat("What is my name?").json()["content"][0]["text"]


def test_no_secret_and_no_message_lies_where_it_should_not(
    cloud: LocalCloud, visitor: Visitor
) -> None:
    canary = "the canary sings at midnight"
    visitor.chat(canary)
    visitor.post("/api/login", visitor.credentials | {"password": visitor.password + "!"})
    visitor.http.post("/api/chat", content=f'{{"message": "{canary}"'.encode())
    sid = visitor.http.cookies["sid"]

    tables = {name: str(_items(cloud, name)) for name in ("USERS", "SESSIONS", "THREADS", "RUNS")}
    logs = _logs(cloud)

    for secret in (visitor.password, visitor.api_key, sid, canary):
        assert [name for name, dump in tables.items() if secret in dump] == []
        assert secret not in logs
    assert "/api/chat" in logs
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in tables["USERS"]


def _client(cloud: LocalCloud, service: str) -> Any:
    # The stubs know only names written out.
    make_client: Any = boto3.client
    return make_client(
        service,
        endpoint_url=cloud.cloud_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def _items(cloud: LocalCloud, table: str) -> list[dict[str, Any]]:
    variables = _client(cloud, "lambda").list_functions()["Functions"][0]["Environment"]
    name = variables["Variables"][f"{table}_TABLE"]
    items: list[dict[str, Any]] = _client(cloud, "dynamodb").scan(TableName=name)["Items"]
    return items


def _logs(cloud: LocalCloud) -> str:
    logs = _client(cloud, "logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    since = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1000)
    lines = [
        event["message"]
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since
        )
        for event in page["events"]
    ]
    return "\n".join(lines)
