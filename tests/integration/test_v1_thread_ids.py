"""Dialect B's ids of threads."""

import pytest

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine
from tests.tables import fingerprint

NOT_FOUND = {"error": "Thread not found"}
ROWS = [
    ("GET", "/api/v1/thread/{}", None),
    ("POST", "/api/v1/thread/{}", {"content": "x" * 40}),
    ("PUT", "/api/v1/thread/{}", {"name": "Mine?"}),
    ("DELETE", "/api/v1/thread/{}", None),
]
each_row = pytest.mark.parametrize(("method", "path", "body"), ROWS)


@each_row
@pytest.mark.parametrize(
    "unknown", ["thread_" + "x" * 24, "thread_1", "1", "999", "asst_1", "0", "undefined", "-"]
)
def test_an_unknown_thread_is_not_found(
    user: Browser,
    engine: ScriptedEngine,
    thread: str,
    method: str,
    path: str,
    body: object,
    unknown: str,
) -> None:
    assert thread
    before, calls = fingerprint(), list(engine.calls)

    answer = user.request(method, path.format(unknown), body)

    assert (answer.status, answer.body) == (404, NOT_FOUND)
    assert (fingerprint(), engine.calls) == (before, calls)


@each_row
def test_what_is_no_thread_id_is_refused(
    user: Browser, thread: str, method: str, path: str, body: object
) -> None:
    assert thread
    before = fingerprint()

    for no_id in ["x" * 65, "9" * 5000, "thread é", "..", "*", "a.b", "\uff11", "%31", "1;2", " "]:
        answer = user.request(method, path.format(no_id), body)
        assert (answer.status, answer.body["error"]) == (400, "Validation failed"), no_id
        assert [d["code"] for d in answer.body["details"]] == ["invalid_id"]

    assert fingerprint() == before


@pytest.mark.parametrize("rest", ["/", "//", "/%20", "/%20/", "/ "])
def test_an_id_that_came_out_empty_deletes_nothing(user: Browser, thread: str, rest: str) -> None:
    assert thread
    before = fingerprint()

    answer = user.request("DELETE", f"/api/v1/thread{rest}")

    assert answer.status in {400, 404}
    assert fingerprint() == before
