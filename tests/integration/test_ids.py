"""What is an id, and that somebody else's is like none."""

import json
from typing import Any

import pytest

from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.tables import fingerprint
from tests.wiretap import Wiretap

NO_IDS = [
    "0",
    "007",
    "-1",
    "+1",
    "1e3",
    "1.0",
    "0x1",
    "1_0",
    " 1",
    "1 ",
    "\uff11\uff12",
    "\u0661",
    "true",
    "null",
    "abc",
    "asst_abc123",
    "9007199254740993",
    "9" * 17,
    "9" * 5000,
    "1;2",
    "%31",
    "..",
    "*",
]
ROWS: list[tuple[str, str, Any]] = [
    ("GET", "/api/assistants/{}", None),
    ("PATCH", "/api/assistants/{}", {"name": "Mine?"}),
    ("DELETE", "/api/assistants/{}", None),
    ("GET", "/api/threads/{}/messages", None),
    ("PATCH", "/api/threads/{}", {"title": "Mine?"}),
    ("DELETE", "/api/threads/{}", None),
]
PATHS = ["/api/assistants/{}", "/api/threads/{}/messages"]
each_row = pytest.mark.parametrize(
    ("method", "path", "body"), ROWS, ids=lambda part: part if isinstance(part, str) else ""
)


@each_row
def test_what_is_no_id_is_refused(user: Browser, method: str, path: str, body: Any) -> None:
    before = fingerprint()

    for no_id in NO_IDS:
        answer = user.request(method, path.format(no_id), body)

        assert (answer.status, answer.body["error"]) == (400, "Validation failed"), no_id
        assert [detail["code"] for detail in answer.body["details"]] == ["invalid_id"]

    assert fingerprint() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("odd", ['"1"', "1\x00", "1\n2", "1\u2028", "1#", "1?x"])
def test_what_no_path_can_hold_is_not_found_or_refused(user: Browser, path: str, odd: str) -> None:
    assert user.get(path.format(odd)).status in {400, 404}


@each_row
@pytest.mark.parametrize("unknown", ["999", "9007199254740991"])
def test_an_unknown_id_is_not_found(
    user: Browser, method: str, path: str, body: Any, unknown: str
) -> None:
    answer = user.request(method, path.format(unknown), body)

    noun = "Assistant" if "assistants" in path else "Thread"
    assert (answer.status, answer.body) == (404, {"error": f"{noun} not found"})


@pytest.fixture
def others(engine: ScriptedEngine) -> Browser:
    """Return another user, with three assistants and three threads."""
    browser = Browser().enter()
    for _ in range(3):
        thread_id = browser.open_thread()
        engine.then(done("Between us."))
        browser.say(thread_id)
    return browser


FOREIGN: list[tuple[str, str, Any]] = [
    *ROWS,
    ("POST", "/api/settings/default-assistant", {"assistantId": "{}"}),
    ("POST", "/api/thread/new", {"assistantId": "{}", "title": "Mine?"}),
    ("POST", "/api/chat", {"threadId": "{}", "message": "Whose thread is this?"}),
    *[
        (method, f"/api/v1/assistant/{{}}{rest}", body)
        for method, rest, body in [
            ("GET", "", None),
            ("DELETE", "", None),
            ("GET", "/instructions", None),
            ("PUT", "/instructions", {"instructions": "Be mine."}),
        ]
    ],
    ("POST", "/api/v1/thread", {"assistantId": "{}", "content": "x" * 40}),
]


def ask(browser: Browser, method: str, path: str, body: Any, number: int) -> Answer:
    """Send a request about the thing of that number."""
    sent = body and {key: number if value == "{}" else value for key, value in body.items()}
    return browser.request(method, path.format(number), sent)


def seen(answer: Answer) -> tuple[int, str, dict[str, list[str]]]:
    """Return all that a caller sees, but the id of the request."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status, json.dumps(answer.body), headers


@pytest.mark.parametrize(
    ("method", "path", "body"), FOREIGN, ids=lambda part: part if isinstance(part, str) else ""
)
def test_somebody_elses_id_answers_as_an_unknown_one_and_does_nothing(
    user: Browser,
    others: Browser,
    engine: ScriptedEngine,
    aws: Wiretap,
    method: str,
    path: str,
    body: Any,
) -> None:
    assert ask(others, "GET", "/api/assistants/{}", None, 3).status == 200
    before, calls = fingerprint(), list(engine.calls)
    answers: list[Answer] = []

    foreign = aws.during(lambda: answers.append(ask(user, method, path, body, 3)))
    unknown = aws.during(lambda: answers.append(ask(user, method, path, body, 999)))

    assert answers[0].status == 404
    assert seen(answers[0]) == seen(answers[1])
    assert [call.operation for call in foreign] == [call.operation for call in unknown]
    assert fingerprint() == before
    assert engine.calls == calls


def test_lists_hold_the_callers_things_only(user: Browser, others: Browser) -> None:
    user.create_assistant(name="Mine")

    assert [assistant["name"] for assistant in user.get("/api/assistants").body] == ["Mine"]
    assert len(others.get("/api/assistants").body) == 3


def test_reading_writes_nothing(user: Browser, engine: ScriptedEngine) -> None:
    thread_id = user.open_thread()
    engine.then(done("Gladly."))
    user.say(thread_id)
    before = fingerprint()

    for path in ("/api/user", "/api/assistants", "/api/assistants/1", "/api/threads/1/messages"):
        assert user.get(path).status == 200

    assert fingerprint() == before
