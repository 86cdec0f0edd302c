"""A conversation is lost, restored from copies of the tables, and goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from local.deploy.client import REGION, ROOT, client
from local.deploy.stack import NAME
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

SUFFIX = "-restored"
KINDS = ["Assistants", "Threads", "Messages", "Runs", "Files", "Uploads", "Deletions", "Users"]
Item = dict[str, Any]


class Tables:
    """The deployment's tables, as their owner sees them."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.dynamodb = client("dynamodb", cloud.cloud_url)
        stack = client("cloudformation", cloud.cloud_url)
        described = stack.describe_stack_resources(StackName=NAME)["StackResources"]
        names = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in described}
        self.names = {kind: names[f"{kind}Table"] for kind in KINDS}

    def items(self, kind: str, user_id: int) -> list[Item]:
        """Return what a user has in a table, and their name."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.names[kind])
        return [
            item
            for page in pages
            for item in page["Items"]
            if item["owner"]["S"].startswith(f"U#{user_id:016d}")
            or item.get("user_id") == {"N": str(user_id)}
        ]

    def copy(self, user_id: int) -> None:
        """Make tables as AWS makes them of an earlier moment, with one user in them."""
        for kind, name in self.names.items():
            keys = [("owner", "HASH"), ("item", "RANGE")]
            self.dynamodb.create_table(
                TableName=name + SUFFIX,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": key, "KeyType": place} for key, place in keys],
                AttributeDefinitions=[
                    {"AttributeName": key, "AttributeType": "S"} for key, _ in keys
                ],
            )
            for item in self.items(kind, user_id):
                self.dynamodb.put_item(TableName=name + SUFFIX, Item=item)

    def lose(self, kind: str, user_id: int) -> None:
        """Have everything of a user gone from a table."""
        for item in self.items(kind, user_id):
            key = {"owner": item["owner"], "item": item["item"]}
            self.dynamodb.delete_item(TableName=self.names[kind], Key=key)


@pytest.fixture
def tables(cloud: LocalCloud) -> Iterator[Tables]:
    """Return the tables; copies of them are gone in the end."""
    tables = Tables(cloud)
    yield tables
    for name in tables.names.values():
        tables.dynamodb.delete_table(TableName=name + SUFFIX)


def restore(cloud: LocalCloud, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `afterglow restore` as the deployment's operator."""
    env = {
        "PATH": os.environ["PATH"],
        "NO_PROXY": "127.0.0.1",
        "AWS_ENDPOINT_URL": cloud.cloud_url,
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    place = ["--stack", NAME, "--region", REGION]
    return subprocess.run(
        [sys.executable, "-m", "afterglow_cli", "restore", *options, *place],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_lost_conversation_is_restored_and_goes_on(
    cloud: LocalCloud, tables: Tables, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    bystander = new_visitor()
    bystander.settle_in()
    user_id = visitor.get("/api/user").json()["id"]
    assert visitor.chat("My name is Ada.").status_code == 200
    then = visitor.messages()
    tables.copy(user_id)
    # After the moment: said, opened, and then an accident.
    assert visitor.chat("This is not kept.").status_code == 200
    assert visitor.post("/api/thread/new", {"assistantId": 1}).status_code == 201
    for kind in ("Threads", "Messages", "Assistants"):
        tables.lose(kind, user_id)
    assert visitor.chat("Hello?").status_code == 404

    counted = restore(cloud, "--dry-run")
    assert visitor.chat("Still nobody?").status_code == 404
    done = restore(cloud, "--yes")

    assert (counted.returncode, done.returncode) == (0, 0), counted.stderr + done.stderr
    assert "1 users as they were" in done.stdout
    # Every session of those who were restored is over; of others it is not.
    assert visitor.get("/api/user").status_code == 401
    assert bystander.chat("I have not noticed anything.").status_code == 200
    assert visitor.login().status_code == 200
    assert visitor.messages() == then
    assert visitor.get("/api/threads/2/messages").status_code == 404
    assert visitor.chat("Who am I?").status_code == 200
    assert [message["role"] for message in visitor.messages()] == ["user", "assistant"] * 2
    # Numbers go on from where they were.
    assert visitor.post("/api/thread/new", {"assistantId": 1}).status_code == 201
    assert visitor.messages(2) == []
    again = restore(cloud, "--dry-run")
    assert again.returncode == 0
