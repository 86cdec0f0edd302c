"""Turns whose answer comes later: 202, and where to ask."""

import json
import re

import pytest

from afterglow.domain.models import RunState
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver, overheard
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done, working
from tests.integration.later import polled, post_late, request_of, run_of
from tests.integration.people import question

ASYNC = {"Prefer": "respond-async"}
RUN = re.compile("run_[A-Za-z0-9]{24}")


@pytest.fixture
def thread_id(user: Browser) -> int:
    """Return the id of the user's thread."""
    return user.open_thread()


@pytest.fixture
def openai_thread_id(user: Browser, thread_id: int) -> str:
    """Return the id of the same thread in dialect B."""
    (thread,) = user.get("/api/threads").body
    assert thread["id"] == thread_id
    return str(thread["openaiThreadId"])


def assert_taken(answer: Answer, thread: int | str, runs: str, status: str) -> str:
    """Check that an answer says where to ask, and return the run's id."""
    run_id = str(answer.body["runId"])
    assert RUN.fullmatch(run_id)
    assert (answer.status, answer.body) == (
        202,
        {"threadId": thread, "runId": run_id, "status": status, "waitingFor": None},
    )
    assert answer.headers["Location"] == [f"{runs}/{run_id}"]
    assert answer.headers["Retry-After"] == ["2"]
    return run_id


def test_an_answer_that_takes_longer_is_the_same_runs(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    engine.then(working())

    answer = post_late(user, "/api/chat", {"threadId": thread_id, "message": "Hello?"})

    run_id = assert_taken(answer, thread_id, "/local/api/runs", "in_progress")
    assert "Preference-Applied" not in answer.headers
    assert [message["role"] for message in user.messages(thread_id)] == ["user"]
    assert user.say(thread_id, "Well?").status == 409
    engine.then(done("Here I am."))
    assert polled(user, engine, run_id)
    assert [m["content"] for m in user.messages(thread_id)] == ["Hello?", "Here I am."]
    assert engine.calls == ["start", "get resp_1"]


def test_dialect_b_is_told_in_its_own_ids(
    user: Browser, engine: ScriptedEngine, openai_thread_id: str
) -> None:
    engine.then(working(), working("resp_2"))

    added = post_late(user, f"/api/v1/thread/{openai_thread_id}", {"content": question()})
    opened = post_late(user, "/api/v1/thread", {"content": question(), "assistantId": 1})

    assert_taken(added, openai_thread_id, "/local/api/v1/runs", "in_progress")
    newest = user.get("/api/threads").body[0]["openaiThreadId"]
    assert newest != openai_thread_id
    assert_taken(opened, newest, "/local/api/v1/runs", "in_progress")


@pytest.mark.parametrize(("public", "prefix"), [("", ""), ("/dev", "/dev"), ("/x y", "")])
def test_the_place_to_ask_is_the_callers(
    user: Browser, engine: ScriptedEngine, thread_id: int, public: str, prefix: str
) -> None:
    assert engine is not None
    sent = request_of(user, "/api/chat", {"threadId": thread_id, "message": "Hi"}, ASYNC)
    sent["requestContext"]["path"] = f"{public}/api/chat"

    assert_taken(deliver(sent), thread_id, f"{prefix}/api/runs", "queued")


def test_who_prefers_it_is_answered_at_once_and_nothing_is_begun(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    body = {"threadId": thread_id, "message": "Take your time."}

    answer = user.post("/api/chat", body, headers=ASYNC)

    run_id = assert_taken(answer, thread_id, "/local/api/runs", "queued")
    assert answer.headers["Preference-Applied"] == ["respond-async"]
    assert engine.calls == []
    run = run_of(user, run_id)
    assert (run.attempt, run.lease_until) == (0, run.created_at)
    engine.then(done("I did."))
    assert polled(user, engine, run_id)
    assert user.messages(thread_id)[1]["content"] == "I did."


def test_who_prefers_it_in_dialect_b_too(
    user: Browser, engine: ScriptedEngine, openai_thread_id: str
) -> None:
    paths = ["/api/v1/thread", f"/api/v1/thread/{openai_thread_id}"]

    for path in paths:
        answer = user.post(path, {"content": question(), "assistantId": 1}, headers=ASYNC)
        assert (answer.status, answer.headers["Preference-Applied"]) == (202, ["respond-async"])

    assert engine.calls == []


def test_what_else_is_preferred_changes_nothing(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    engine.then(done("At once."))
    body = {"threadId": thread_id, "message": "Now?"}

    answer = user.post("/api/chat", body, headers={"Prefer": "return=minimal, wait=1"})

    assert answer.status == 200
    assert not {"Preference-Applied", "Location", "Retry-After"} & answer.headers.keys()


def test_a_bug_loses_no_message_and_is_logged_without_a_word_of_it(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    engine.then(ZeroDivisionError(canary("words of a bug")))

    with overheard() as log:
        answer = user.say(thread_id, "Anyone?")

    run_id = assert_taken(answer, thread_id, "/local/api/runs", "queued")
    failures = [line for line in map(json.loads, log.getvalue().splitlines()) if "where" in line]
    assert [line["error"] for line in failures] == ["ZeroDivisionError"]
    assert failures[0]["where"][-1].endswith("_next")
    assert run_of(user, run_id).state is RunState.QUEUED
    assert user.messages(thread_id)[0]["content"] == "Anyone?"
