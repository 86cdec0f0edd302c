"""What outlives a crash, a slow answer, and a look into the drawers."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.ports import Ports
from local.up import LocalCloud
from tests.e2e.visitor import Visitor

# Longer than the launcher waits between two snapshots.
SNAPSHOT_SECONDS = 6


@pytest.fixture
def short_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A cloud of its own whose requests wait two seconds for an answer."""
    with LocalCloud(Ports.free(), tmp_path, parameters={"TurnBudgetSeconds": "2"}) as cloud:
        yield cloud


def test_a_conversation_outlives_kill_9(short_cloud: LocalCloud) -> None:
    with httpx2.Client(base_url=short_cloud.front_url, timeout=40) as http:
        ada = Visitor(http, "ada")
        ada.settle_in()
        assert ada.chat("My name is Ada.").status_code == 200
        before = ada.messages()
        time.sleep(SNAPSHOT_SECONDS)

        short_cloud.kill()
        short_cloud.start()

        # The browser's cookie still counts, and OpenAI's side remembers, too.
        assert ada.messages() == before
        assert "Ada" in ada.chat("What is my name?").json()["content"][0]["text"]


def test_an_answer_that_takes_too_long_is_given_up_and_the_thread_is_free(
    short_cloud: LocalCloud,
) -> None:
    assert short_cloud.openai_url is not None
    with (
        httpx2.Client(base_url=short_cloud.front_url, timeout=40) as http,
        ControlClient(short_cloud.openai_url) as openai,
    ):
        ada = Visitor(http, "ada")
        ada.settle_in()
        openai.configure(response_seconds=60)
        late = ada.chat("Think hard.")
        openai.configure(response_seconds=0)
        after = ada.chat("Never mind.")

        assert late.status_code == 500
        assert late.json()["details"] == [{"code": "run_expired"}]
        cancelled = [c for c in openai.journal("POST") if c.path.endswith("/cancel")]
        assert len(cancelled) == 1
        assert after.status_code == 200
        runs = [item for item in _items(short_cloud, "RUNS") if "state" in item]
        states = sorted(run["state"]["S"] for run in runs)
        assert states == ["completed", "expired"]


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
