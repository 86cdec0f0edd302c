"""Answers as long as they may be, and such as broke off, on every route that shows them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.answers import MAX_ANSWER_BYTES, MAX_SENT_BYTES
from tests.browser import Browser
from tests.canaries import canary
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.listing import next_query
from tests.integration.people import question
from tests.wiretap import Wiretap

# Lambda's own, in bytes.
MOST_THAT_LAMBDA_ANSWERS = 6_291_556
LONGEST = {
    "ASCII": "x" * MAX_ANSWER_BYTES,
    "two bytes each": "é" * (MAX_ANSWER_BYTES // 2),
    "nothing but line ends": "\n" * (MAX_SENT_BYTES // 3 - 2),
}


@contextmanager
def weighed() -> Iterator[list[int]]:
    """Note how many bytes each answer has as Lambda sends it to the gateway."""
    weights: list[int] = []
    read = Answer.of

    def weigh(response: Mapping[str, Any]) -> Answer:
        weights.append(len(json.dumps(response, ensure_ascii=False).encode()))
        return read(response)

    with patch.object(Answer, "of", weigh):
        yield weights


def messages_of(user: Browser, path: str) -> list[dict[str, Any]]:
    """Return a list of messages, from page to page."""
    return [message for page in pages_of(user, path) for message in page]


def pages_of(user: Browser, path: str) -> list[list[dict[str, Any]]]:
    """Return a list in the parts that it comes in."""
    answer = user.get(path)
    pages = [answer.body]
    while (query := next_query(answer)) and len(pages) < 10:
        answer = user.get(path, query=query)
        pages.append(answer.body)
    return pages


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
def test_the_longest_answer_comes_whole_on_every_route(
    user: Browser, engine: ScriptedEngine, text: str
) -> None:
    engine.then(done(text))
    body = {"threadId": user.open_thread(), "message": canary("message")}
    key = {"Idempotency-Key": "once"}

    with weighed() as weights:
        answered = user.post("/api/chat", body, headers=key)
        repeated = user.post("/api/chat", body, headers=key)
        listed = messages_of(user, "/api/threads/1/messages")
        openai_id = user.get("/api/threads").body[0]["openaiThreadId"]
        listed_v1 = messages_of(user, f"/api/v1/thread/{openai_id}")
        run_id = user.get("/api/threads/1/runs").body[0]["id"]
        runs = [user.get(f"{prefix}/runs/{run_id}") for prefix in ("/api", "/api/v1")]

    shown = [
        answered.body["content"][0]["text"],
        repeated.body["content"][0]["text"],
        *(messages[-1]["content"] for messages in (listed, listed_v1)),
        *(run.body["content"][0]["text"] for run in runs),
    ]
    # Not compared in a way that would have pytest show what is another.
    assert [each == text for each in shown] == [True] * 6
    assert max(weights) > MAX_ANSWER_BYTES
    assert max(weights) < MOST_THAT_LAMBDA_ANSWERS


def test_the_longest_answer_is_one_of_dialect_b_too(user: Browser, engine: ScriptedEngine) -> None:
    engine.then(done(LONGEST["ASCII"]), done("Gladly."))
    user.create_assistant()

    opened = user.post("/api/v1/thread", {"assistantId": "1", "content": question()})
    added = user.post(f"/api/v1/thread/{opened.body['id']}", {"content": question()})

    assert (opened.status, added.status) == (201, 201)
    listed = user.get(f"/api/v1/thread/{opened.body['id']}").body
    assert [len(message["content"]) for message in listed][1] == MAX_ANSWER_BYTES
    # What OpenAI no longer has is told again, whole.
    assert len(engine.prompts[1].history()[1].content) == MAX_ANSWER_BYTES


def test_of_many_long_answers_no_more_are_read_than_a_page_holds(
    user: Browser, engine: ScriptedEngine, aws: Wiretap
) -> None:
    thread_id = user.open_thread()
    texts = [f"{turn}" * MAX_ANSWER_BYTES for turn in range(3)]
    for turn, text in enumerate(texts):
        engine.then(done(text, f"resp_{turn}"))
        assert user.say(thread_id).status == 200
    path = f"/api/threads/{thread_id}/messages"

    calls = aws.during(lambda: user.get(path))
    pages = pages_of(user, path)

    assert [call.operation for call in calls].count("GetObject") == 2
    assert [message["id"] for message in pages[0]] == [1, 2, 3]
    found = [message["content"] for page in pages for message in page]
    assert [each == text for each, text in zip(found[1::2], texts, strict=True)] == [True] * 3


def test_one_that_no_route_could_show_fails_and_says_so(
    user: Browser, engine: ScriptedEngine
) -> None:
    thread_id = user.open_thread()
    engine.then(done("x" * (MAX_ANSWER_BYTES + 1)), done("Gladly."))

    refused = user.say(thread_id)

    assert (refused.status, refused.body["details"]) == (500, [{"code": "answer_too_large"}])
    assert [message["role"] for message in user.messages(thread_id)] == ["user"]
    assert user.say(thread_id).status == 200


@pytest.mark.parametrize("text", ["Once upon", "Once upon " * 100_000], ids=["short", "long"])
def test_what_there_was_of_an_answer_is_shown_as_incomplete(
    user: Browser, engine: ScriptedEngine, text: str
) -> None:
    thread_id = user.open_thread()
    engine.then(
        Reply("resp_1", ReplyState.INCOMPLETE, text, "msg_half", None, "max_output_tokens"),
        done("The end.", "resp_2"),
    )

    failed = user.say(thread_id)
    went_on = user.say(thread_id)

    assert (failed.status, failed.body["details"]) == (500, [{"code": "max_output_tokens"}])
    assert went_on.status == 200
    shown = [(message["status"], message["content"]) for message in user.messages(thread_id)]
    assert shown[1::2] == [("incomplete", text), ("completed", "The end.")]
    assert [status for status, _ in shown[::2]] == ["completed", "completed"]
    assert [message.content for message in engine.prompts[1].unseen][1] == text
