"""Answers that come later, and requests that come twice, through every wall."""

import time
import uuid
from collections import Counter

import httpx2

from local.openai.control_client import ControlClient
from tests.e2e.test_at_once import at_once
from tests.e2e.visitor import Visitor

BUDGET = 24
ASYNC = {"Prefer": "respond-async"}
QUESTION = {"threadId": 1, "message": "What is the answer to everything?"}
REPLAYED = "Idempotent-Replayed"


def a_key() -> dict[str, str]:
    """A key that nobody has used."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def ask(visitor: Visitor, headers: dict[str, str], path: str = "/api/chat") -> httpx2.Response:
    """Send the question."""
    return visitor.http.post(path, json=QUESTION, headers=headers)


def wait_for(visitor: Visitor, taken: httpx2.Response) -> dict[str, object]:
    """The run that a 202 points to, once it is over."""
    for _ in range(4):
        answer = visitor.http.get(taken.headers["Location"], params={"wait": "20"})
        assert answer.status_code == 200, answer.text
        run: dict[str, object] = answer.json()
        if run["endedAt"] is not None:
            break
        assert int(answer.headers["Retry-After"]) >= 2
    assert run["id"] == taken.json()["runId"]
    return run


def test_an_answer_that_takes_longer_than_a_request_comes_by_the_same_run(
    visitor: Visitor, openai: ControlClient
) -> None:
    openai.plan("Forty-two.", seconds=BUDGET + 6)
    key, started = a_key(), time.monotonic()

    taken = ask(visitor, key)
    took = time.monotonic() - started
    meanwhile = visitor.chat("Are you still there?")
    run = wait_for(visitor, taken)
    again = ask(visitor, key)

    assert (taken.status_code, taken.json()["status"]) == (202, "in_progress")
    assert BUDGET - 4 < took < BUDGET + 4
    assert meanwhile.status_code == 409
    text = [{"type": "text", "text": "Forty-two."}]
    answer = {"threadId": 1, "content": text, "citations": []}
    assert (run["status"], run["content"]) == ("completed", text)
    assert [m["content"] for m in visitor.messages()] == [QUESTION["message"], "Forty-two."]
    assert (again.status_code, again.json()) == (200, answer)
    assert again.headers[REPLAYED] == "true"
    assert len(openai.journal("POST", "/v1/responses")) == 1


def test_who_prefers_it_has_the_answer_later(visitor: Visitor, openai: ControlClient) -> None:
    openai.plan("Gladly.", seconds=3)
    started = time.monotonic()

    taken = ask(visitor, ASYNC)

    assert time.monotonic() - started < BUDGET / 2
    assert (taken.status_code, taken.json()["status"]) == (202, "queued")
    assert taken.headers["Preference-Applied"] == "respond-async"
    run = wait_for(visitor, taken)
    assert (run["status"], run["messageId"], run["answerId"]) == ("completed", 1, 2)
    (listed,) = visitor.get("/api/threads/1/runs").json()
    assert listed == {name: run[name] for name in listed}


def test_a_run_is_cancelled_here_and_upstream(visitor: Visitor, openai: ControlClient) -> None:
    openai.configure(hold=True)
    taken = ask(visitor, ASYNC)
    place = taken.headers["Location"]
    for _ in range(60):
        if visitor.http.get(place).json()["status"] == "in_progress":
            break
        time.sleep(0.5)

    cancelled = visitor.post(f"{place}/cancel")

    assert cancelled.status_code == 200
    assert cancelled.json()["status"] == "cancelled"
    assert cancelled.json()["error"]["code"] == "run_cancelled"
    asked_to_stop = [call for call in openai.journal("POST") if call.path.endswith("/cancel")]
    assert [call.status for call in asked_to_stop] == [200]
    openai.configure(hold=False)
    assert visitor.chat("And now?").status_code == 200
    assert [m["role"] for m in visitor.messages()] == ["user", "user", "assistant"]


def test_of_ten_requests_at_once_with_one_key_one_is_done(visitor: Visitor) -> None:
    visitor.http.timeout = 60
    things = {
        "/api/assistants": {"name": "Twin"},
        "/api/thread/new": {"title": "Twins", "assistantId": 1},
    }

    for path, body in things.items():
        key, before = a_key(), len(visitor.get(listing(path)).json())
        answers = at_once(
            *[lambda p=path, b=body, k=key: visitor.http.post(p, json=b, headers=k)] * 10
        )
        assert Counter(answer.status_code for answer in answers) == {201: 10}, path
        assert len({answer.text for answer in answers}) == 1
        assert sum(REPLAYED not in answer.headers for answer in answers) == 1
        assert len(visitor.get(listing(path)).json()) == before + 1


def listing(path: str) -> str:
    """Where the things of a path are listed."""
    return "/api/threads" if "thread" in path else path


def test_of_five_messages_at_once_with_one_key_one_is_answered(
    visitor: Visitor, openai: ControlClient
) -> None:
    visitor.http.timeout = 60
    openai.plan("Once.", seconds=2)
    key = a_key()

    answers = at_once(*[lambda: ask(visitor, key)] * 5)

    assert Counter(answer.status_code for answer in answers) == {200: 5}
    assert len({answer.text for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert [m["content"] for m in visitor.messages()] == [QUESTION["message"], "Once."]
    assert len(openai.journal("POST", "/v1/responses")) == 1


def test_another_request_with_the_key_is_refused(visitor: Visitor) -> None:
    key = a_key()
    visitor.http.post("/api/assistants", json={"name": "One"}, headers=key)

    other = visitor.http.post("/api/assistants", json={"name": "Two"}, headers=key)

    assert other.status_code == 422
    assert other.json()["details"] == [{"code": "idempotency_key_reused"}]
    assert [a["name"] for a in visitor.get("/api/assistants").json()] == ["Guide", "One"]
