"""What is deleted over HTTP is cleared away by the function that nobody calls."""

import json
import time
from typing import Any

import boto3
import pytest

from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

TABLES = ("THREADS", "MESSAGES", "RUNS", "DELETIONS")
# The wait for whoever knew it, a minute, what the cloud takes to look at its schedules, some slack.
PATIENCE = 190.0


class Reaper:
    """The deployed function, and what is stored around it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        functions = self.client("lambda").list_functions()["Functions"]
        (self.function,) = [each for each in functions if "Reaper" in each["FunctionName"]]

    def client(self, service: str) -> Any:
        """Return a client of the local cloud."""
        # The stubs know only names written out.
        make_client: Any = boto3.client
        return make_client(
            service,
            endpoint_url=self.cloud.cloud_url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def invoke(self) -> dict[str, int]:
        """Have a pass, and return its counts."""
        answer = self.client("lambda").invoke(FunctionName=self.function["FunctionName"])
        assert "FunctionError" not in answer
        counts: dict[str, int] = json.loads(answer["Payload"].read())
        return counts

    def wait_until_gone(self, user_id: int, *, within: float) -> None:
        """Wait until nothing is left of a user's conversations but that none is under way."""
        deadline = time.monotonic() + within
        while left := [each for each in self.stored(user_id) if each != "RUNS OPEN"]:
            assert time.monotonic() < deadline, left
            time.sleep(0.5)

    def stored(self, user_id: int) -> list[str]:
        """Return what there is of a user's conversations: table and item."""
        variables = self.function["Environment"]["Variables"]
        return sorted(
            f"{table} {item['item']['S']}"
            for table in TABLES
            for item in self.client("dynamodb").scan(TableName=variables[f"{table}_TABLE"])["Items"]
            if item["owner"]["S"].startswith(f"U#{user_id:016d}")
        )


@pytest.fixture
def reaper(cloud: LocalCloud) -> Reaper:
    return Reaper(cloud)


def _responses(openai: ControlClient, visitor: Visitor) -> int:
    found = openai.objects(visitor.api_key)
    return len([each for each in found if each["object"] == "response"])


def _user_id(visitor: Visitor) -> int:
    return int(visitor.get("/api/user").json()["id"])


def test_a_deleted_thread_is_cleared_away_here_and_upstream(
    reaper: Reaper, new_visitor: NewVisitor, openai: ControlClient
) -> None:
    leaver, other = new_visitor(), new_visitor()
    for visitor in (leaver, other):
        visitor.settle_in()
        assert visitor.chat("My name is Ada.").status_code == 200
        assert visitor.chat("What is my name?").status_code == 200
    untouched = reaper.stored(_user_id(other))
    assert (_responses(openai, leaver), _responses(openai, other)) == (2, 2)

    assert leaver.http.delete("/api/threads/1").status_code == 200
    assert leaver.get("/api/threads/1/messages").status_code == 404
    # Whoever began to read it may read it to its end.
    stored = reaper.stored(_user_id(leaver))
    counts = reaper.invoke()
    assert (counts["waiting"] >= 1, counts["failed"]) == (True, 0)
    assert reaper.stored(_user_id(leaver)) == stored
    # Then it goes by itself.
    reaper.wait_until_gone(_user_id(leaver), within=PATIENCE)

    assert _responses(openai, leaver) == 0
    assert (reaper.stored(_user_id(other)), _responses(openai, other)) == (untouched, 2)
    assert [message["role"] for message in other.messages()] == ["user", "assistant"] * 2


def test_the_function_runs_every_minute(reaper: Reaper) -> None:
    events = reaper.client("events")
    rules = {
        rule["Name"]: rule["ScheduleExpression"]
        for rule in events.list_rules()["Rules"]
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        if target["Arn"] == reaper.function["FunctionArn"] and rule["State"] == "ENABLED"
    }

    assert list(rules.values()) == ["rate(1 minute)"]
