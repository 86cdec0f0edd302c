"""Runs, as their owners see them: how they stand, what they came to, and their end on demand."""

import threading
import time
from typing import Any

import pytest

from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.ports.engine import Reply, ReplyState
from tests.browser import Browser
from tests.delivery import deliver
from tests.events import Answer, event
from tests.fakes.engine import ScriptedEngine, done, working
from tests.integration.later import BUDGET, look, polled, post_late
from tests.integration.people import user_id_of
from tests.matching import A_TIME
from tests.tables import fingerprint

NO_RUNS = [
    "run_",
    "run_x-y",
    "run_é",
    "RUN_1",
    "1",
    "run_" + "x" * 65,
    "resp_1",
    "run_1\n",
    "run_%2e",
]
CANCELLED = {"code": "run_cancelled", "message": "The run was cancelled"}
PREFIXES = ["/api", "/api/v1"]


@pytest.fixture
def thread_id(user: Browser) -> int:
    """Return the id of the user's thread."""
    return user.open_thread()


@pytest.fixture
def run_id(user: Browser, engine: ScriptedEngine, thread_id: int) -> str:
    """Return the id of a run that is under way."""
    engine.then(working())
    answer = post_late(user, "/api/chat", {"threadId": thread_id, "message": "Hello?"})
    return str(answer.body["runId"])


def the_run(run_id: str, **changed: object) -> dict[str, Any]:
    """Return the body of the run as it begins."""
    return {
        "id": run_id,
        "threadId": 1,
        "assistantId": 1,
        "status": "in_progress",
        "waitingFor": None,
        "model": "gpt-6-luna",
        "messageId": 1,
        "answerId": None,
        "content": None,
        "citations": None,
        "error": None,
        "usage": None,
        "createdAt": A_TIME,
        "endedAt": None,
    } | changed


def in_dialect_b(user: Browser, body: dict[str, Any]) -> dict[str, Any]:
    """Return a run's body with the ids that dialect B knows."""
    (thread,) = user.get("/api/threads").body
    (assistant,) = user.get("/api/v1/assistant").body
    names = {"threadId": thread["openaiThreadId"], "assistantId": assistant["assistantId"]}
    return body | names


def details(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """Return the status, and what is wrong with what."""
    return answer.status, [(d["field"], d["code"]) for d in answer.body["details"]]


def test_a_run_under_way_tells_when_to_ask_again(user: Browser, run_id: str) -> None:
    before = fingerprint()

    web, v1 = (user.get(f"{prefix}/runs/{run_id}") for prefix in PREFIXES)

    assert web.status == v1.status == 200
    assert web.headers["Retry-After"] == v1.headers["Retry-After"] == ["2"]
    assert web.body == the_run(run_id)
    assert v1.body == in_dialect_b(user, the_run(run_id))
    assert fingerprint() == before


def test_a_run_that_is_over_tells_its_answer(
    user: Browser, engine: ScriptedEngine, run_id: str
) -> None:
    engine.then(done("Here I am."))
    assert polled(user, engine, run_id)
    before = fingerprint()

    web, v1 = (user.get(f"{prefix}/runs/{run_id}") for prefix in PREFIXES)

    ended = the_run(
        run_id,
        status="completed",
        answerId=2,
        content=[{"type": "text", "text": "Here I am."}],
        citations=[],
        usage={"inputTokens": 11, "outputTokens": 7},
        endedAt=A_TIME,
    )
    assert web.body == ended
    assert v1.body == in_dialect_b(user, ended)
    assert "Retry-After" not in web.headers | v1.headers
    assert fingerprint() == before


def test_a_run_that_failed_tells_why(user: Browser, engine: ScriptedEngine, run_id: str) -> None:
    engine.then(InvalidInputError("OpenAI rejected the key", code="openai_key_invalid"))
    assert polled(user, engine, run_id)

    web, v1 = (user.get(f"{prefix}/runs/{run_id}") for prefix in PREFIXES)

    error = {"code": "openai_key_invalid", "message": "OpenAI rejected the key"}
    assert web.status == v1.status == 200
    assert web.body == the_run(run_id, status="failed", error=error, endedAt=A_TIME)
    assert v1.body["error"] == error


@pytest.mark.parametrize(
    "wait",
    ["-1", "21", "+1", "01", "1.5", "1e1", "", " 5", "5 ", "x", "20\n", "\uff15", "9" * 5000],
)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_wait_is_an_integer_from_0_to_20(user: Browser, prefix: str, wait: str) -> None:
    answer = user.get(f"{prefix}/runs/run_1", query={"wait": wait})

    assert details(answer) == (400, [("wait", "invalid_wait")])


@pytest.mark.parametrize("wait", ["0", "1", "9", "10", "19", "20"])
def test_who_waits_for_what_is_over_does_not_wait(
    user: Browser, engine: ScriptedEngine, run_id: str, wait: str
) -> None:
    engine.then(done("Here I am."))
    assert polled(user, engine, run_id)
    started = time.monotonic()

    answer = user.get(f"/api/runs/{run_id}", query={"wait": wait})

    assert answer.body["status"] == "completed"
    assert time.monotonic() - started < 0.9


def test_who_waits_is_told_as_soon_as_it_is_over(
    user: Browser, engine: ScriptedEngine, run_id: str
) -> None:
    engine.then(done("Here I am."))
    poller = threading.Timer(0.5, look, (user_id_of(user), engine, run_id))
    poller.start()
    started = time.monotonic()

    answer = user.get(f"/api/v1/runs/{run_id}", query={"wait": "20"})

    poller.join()
    assert answer.body["content"] == [{"type": "text", "text": "Here I am."}]
    assert 0.4 < time.monotonic() - started < 10


def test_who_waits_in_vain_is_told_how_it_stands(user: Browser, run_id: str) -> None:
    started, before = time.monotonic(), fingerprint()

    answer = user.get(f"/api/runs/{run_id}", query={"wait": "1"})

    assert 1 <= time.monotonic() - started < 3
    assert (answer.status, answer.body) == (200, the_run(run_id))
    assert fingerprint() == before


def test_nobody_waits_longer_than_the_request_may_take(user: Browser, run_id: str) -> None:
    late = event("GET", f"/api/runs/{run_id}", query={"wait": "20"}, cookie=user.cookie)
    late["requestContext"]["requestTimeEpoch"] -= BUDGET.total_seconds() * 1000
    started = time.monotonic()

    answer = deliver(late)

    assert answer.body["status"] == "in_progress"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_run_that_is_cancelled_leaves_its_thread_free(
    user: Browser, engine: ScriptedEngine, run_id: str, prefix: str
) -> None:
    engine.then(Reply("resp_1", ReplyState.CANCELLED))

    answer = user.post(f"{prefix}/runs/{run_id}/cancel")

    assert engine.calls == ["start", "cancel resp_1"]
    cancelled = the_run(run_id, status="cancelled", error=CANCELLED, endedAt=A_TIME)
    is_v1 = prefix == "/api/v1"
    assert (answer.status, answer.body) == (
        200,
        in_dialect_b(user, cancelled) if is_v1 else cancelled,
    )
    assert "Retry-After" not in answer.headers
    engine.then(done("Yes?", "resp_2"))
    assert user.say(1, "And now?").status == 200
    assert [m["role"] for m in user.messages(1)] == ["user", "user", "assistant"]


def test_a_run_that_is_over_stays_as_it_is(
    user: Browser, engine: ScriptedEngine, run_id: str
) -> None:
    engine.then(done("Here I am."))
    assert polled(user, engine, run_id)
    before, asked = fingerprint(), list(engine.calls)

    answer = user.post(f"/api/runs/{run_id}/cancel")

    assert (answer.status, answer.body["status"]) == (200, "completed")
    assert (fingerprint(), engine.calls) == (before, asked)


def test_an_answer_that_was_there_first_is_kept(
    user: Browser, engine: ScriptedEngine, run_id: str
) -> None:
    engine.then(done("Too late!"))

    answer = user.post(f"/api/runs/{run_id}/cancel")

    assert (answer.status, answer.body["status"]) == (200, "completed")
    assert answer.body["content"] == [{"type": "text", "text": "Too late!"}]
    assert user.messages(1)[1]["content"] == "Too late!"


@pytest.mark.parametrize(
    ("prefix", "body"),
    [
        ("/api", {"error": "OpenAI is down"}),
        ("/api/v1", {"message": "Failed to cancel the run"}),
    ],
)
def test_a_run_that_cannot_be_stopped_goes_on(
    user: Browser, engine: ScriptedEngine, run_id: str, prefix: str, body: dict[str, str]
) -> None:
    engine.then(OperationFailedError("OpenAI is down", code="openai_unavailable"))

    answer = user.post(f"{prefix}/runs/{run_id}/cancel")

    code = {"details": [{"code": "openai_unavailable"}]}
    assert (answer.status, answer.body) == (500, body | code)
    assert user.get(f"/api/runs/{run_id}").body["status"] == "in_progress"


def test_a_threads_runs_are_listed_the_latest_first(
    user: Browser, engine: ScriptedEngine, run_id: str
) -> None:
    engine.then(done("One."))
    assert polled(user, engine, run_id)
    engine.then(done("Two.", "resp_2"))
    assert user.say(1).status == 200
    (thread,) = user.get("/api/threads").body

    web = user.get("/api/threads/1/runs").body
    v1 = user.get(f"/api/v1/thread/{thread['openaiThreadId']}/runs").body

    assert [(run["messageId"], run["answerId"]) for run in web] == [(3, 4), (1, 2)]
    for listed, (shown, in_b) in zip(
        web, [(user.get(f"/api/runs/{r['id']}").body, r) for r in v1], strict=True
    ):
        del shown["content"], shown["citations"]
        assert listed == shown
        assert in_b == in_dialect_b(user, shown)


@pytest.mark.parametrize("run_id", NO_RUNS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_is_no_runs_id_is_refused(user: Browser, prefix: str, run_id: str) -> None:
    before = fingerprint()

    for answer in (
        user.get(f"{prefix}/runs/{run_id}"),
        user.post(f"{prefix}/runs/{run_id}/cancel"),
    ):
        if "\n" in run_id:
            assert answer.status in {400, 404}
        else:
            assert details(answer) == (400, [("runId", "invalid_id")])

    assert fingerprint() == before


@pytest.mark.parametrize(("prefix", "key"), [("/api", "error"), ("/api/v1", "message")])
def test_a_run_that_is_not_there_is_not_found(user: Browser, prefix: str, key: str) -> None:
    answers = (user.get(f"{prefix}/runs/run_1"), user.post(f"{prefix}/runs/run_1/cancel"))

    assert [(a.status, a.body) for a in answers] == [(404, {key: "Run not found"})] * 2


@pytest.mark.parametrize("prefix", PREFIXES)
def test_of_a_deleted_thread_no_run_is_left(
    user: Browser, engine: ScriptedEngine, run_id: str, prefix: str
) -> None:
    engine.then(done("Here I am."))
    assert polled(user, engine, run_id)
    assert user.request("DELETE", "/api/threads/1").status == 200

    answers = (
        user.get(f"{prefix}/runs/{run_id}"),
        user.post(f"{prefix}/runs/{run_id}/cancel"),
        user.get("/api/threads/1/runs"),
    )

    assert [answer.status for answer in answers] == [404] * 3
    assert "Here I am." not in str([answer.body for answer in answers])
