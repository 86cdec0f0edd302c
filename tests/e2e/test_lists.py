"""Long lists over HTTP: every entry once, in parts that a response can hold."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx2

from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.domain.models import Message, MessageRole
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor
from tests.fakes.clock import NOON

COUNT = 5000
# So that they are 12 MB.
CONTENT = "Two words, and \u00e9\u20ac\U0001f600. " * 90
AT_MOST = 6 * 1024 * 1024


def fill(cloud: LocalCloud, user_id: int, thread_id: int) -> None:
    """Have so much been said in a thread."""
    clients: Any = boto3.client
    access = {
        "endpoint_url": cloud.cloud_url,
        "region_name": "us-east-1",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    functions = clients("lambda", **access).list_functions()["Functions"]
    variables = next(f["Environment"]["Variables"] for f in functions if "Environment" in f)
    table = variables["MESSAGES_TABLE"]
    dynamodb = clients("dynamodb", **access)
    for first in range(1, COUNT + 1, 25):
        items = [message_item(a_message(user_id, thread_id, n)) for n in range(first, first + 25)]
        puts = [{"PutRequest": {"Item": item.to_dynamodb_dict()}} for item in items]
        left = dynamodb.batch_write_item(RequestItems={table: puts})["UnprocessedItems"]
        assert not left


def a_message(user_id: int, thread_id: int, number: int) -> Message:
    """Return one of many."""
    return Message(
        id=number,
        thread_id=thread_id,
        user_id=user_id,
        role=MessageRole.USER,
        content=CONTENT,
        openai_message_id=f"msg_{number}",
        run_id="run_none",
        created_at=NOON,
    )


def pages(client: httpx2.Client, path: str, query: dict[str, str]) -> Iterator[httpx2.Response]:
    """Return every page of a list, by its links."""
    answer = client.get(path, params=query)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer
        if "next" not in answer.links:
            return
        answer = client.get(answer.links["next"]["url"])


def test_five_thousand_messages_are_seen_once_each_in_both_dialects(
    cloud: LocalCloud, visitor: Visitor
) -> None:
    user_id = visitor.get("/api/user").json()["id"]
    fill(cloud, user_id, 1)
    token = visitor.post("/api/v1/auth/token", visitor.credentials).json()["access_token"]
    visitor.http.headers["Authorization"] = f"Bearer {token}"
    gpt_id = visitor.get("/api/threads").json()[0]["openaiThreadId"]

    for path, query in (
        ("/api/threads/1/messages", {}),
        ("/api/threads/1/messages", {"limit": "100"}),
        (f"/api/v1/thread/{gpt_id}", {}),
    ):
        found = list(pages(visitor.http, path, query))

        ids = [message["id"] for page in found for message in page.json()]
        assert ids == list(range(1, COUNT + 1)), (path, query)
        assert max(len(page.content) for page in found) < AT_MOST
        if not query:
            assert 2 <= len(found) <= 4
            assert min(len(page.content) for page in found[:-1]) > 4 * 1024 * 1024


def test_everything_that_is_listed_is_paged(visitor: Visitor, new_visitor: NewVisitor) -> None:
    for _ in range(2):
        visitor.post("/api/assistants", {"name": "Another"})
        visitor.post("/api/thread/new", {"assistantId": 1})
    token = visitor.post("/api/v1/auth/token", visitor.credentials).json()["access_token"]
    visitor.http.headers["Authorization"] = f"Bearer {token}"
    stranger = new_visitor()
    stranger.register()

    for path in (
        "/api/assistants",
        "/api/threads",
        "/api/v1/assistant",
        "/api/v1/thread",
        "/api/v1/threads",
    ):
        found = list(pages(visitor.http, path, {"limit": "2"}))

        assert [len(page.json()) for page in found] == [2, 1], path
        following = found[0].links["next"]["url"]
        assert following.startswith(f"{path}?limit=2&cursor=")
        assert ("successor-version" in found[0].links) is ("/v1/" in path)
        if "/v1/" not in path:
            assert stranger.get(following).status_code == 400
