"""Paths and queries that mean more or less than they say."""

import pytest

from tests.browser import Browser
from tests.delivery import deliver
from tests.events import event
from tests.tables import fingerprint


@pytest.mark.parametrize("tail", ["/", "//", "///", "/%20", "/ ", "/%20/", "/\t", "/%09", "/%2F"])
def test_an_assistant_whose_id_is_blank_is_not_every_assistant(user: Browser, tail: str) -> None:
    user.create_assistant()
    before = fingerprint()
    sent = event("DELETE", f"/api/v1/assistant{tail}")
    sent["multiValueHeaders"]["Authorization"] = [f"Bearer {user.token}"]

    answer = deliver(sent, function="assistants")

    assert (answer.status, answer.body) == (400, {"message": "Assistant id is required"})
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("DELETE", "/api/v1/thread/", "threads"),
        ("DELETE", "/api/v1/thread//", "threads"),
        ("DELETE", "/api/v1/thread\n", "threads"),
        ("DELETE", "/api/v1/thread%0A", "threads"),
        ("DELETE", "/api/v1/thread/%2F", "threads"),
        ("DELETE", "/api/v1/assistant\n", "assistants"),
        ("GET", "/api/v1/assistant/", "assistants"),
        ("GET", "/api/assistants/", "assistants"),
        ("POST", "/api/assistants/", "assistants"),
        ("DELETE", "/api/assistants/1/", "assistants"),
        ("GET", "/api/threads//", "threads"),
    ],
)
def test_a_path_that_goes_on_for_nothing_is_not_found(
    user: Browser, method: str, path: str, function: str
) -> None:
    user.open_thread()
    before = fingerprint()
    sent = event(method, path, {"name": "Ada"} if method == "POST" else None, cookie=user.cookie)
    sent["multiValueHeaders"]["Authorization"] = [f"Bearer {user.token}"]

    answer = deliver(sent, function=function)

    assert (answer.status, list(answer.body.values())) == (404, ["Not found"])
    assert fingerprint() == before


def test_nobody_learns_what_a_blank_id_means() -> None:
    answer = deliver(event("DELETE", "/api/v1/assistant/"), function="assistants")

    assert answer.status == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (None, 200),
        ({f"x{n}": ["1"] for n in range(100)}, 200),
        ({f"x{n}": ["1"] for n in range(101)}, 400),
        ({"x": ["1", "1"]}, 400),
        ({"x": ["1"], "limit": ["1", "2"]}, 400),
        ({"x": [""]}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/api/user", "/api/v1/assistant", "/openapi.json"])
def test_a_query_says_each_thing_once_and_not_too_much(
    user: Browser, path: str, query: dict[str, list[str]] | None, status: int
) -> None:
    sent = event("GET", path, cookie=user.cookie)
    sent["multiValueHeaders"]["Authorization"] = [f"Bearer {user.token}"]
    sent["multiValueQueryStringParameters"] = query
    sent["queryStringParameters"] = query and {name: values[-1] for name, values in query.items()}

    assert deliver(sent).status == status


@pytest.mark.parametrize("tail", ["1/", "1%2F", "%00", "%ff", "abc", "asst_", "1/2", "-1", "0"])
def test_an_assistant_whose_id_is_none_is_not_deleted(user: Browser, tail: str) -> None:
    user.create_assistant()
    before = fingerprint()
    sent = event("DELETE", f"/api/v1/assistant/{tail}")
    sent["multiValueHeaders"]["Authorization"] = [f"Bearer {user.token}"]

    answer = deliver(sent, function="assistants")

    assert (answer.status, answer.body) == (400, {"message": "Assistant id is required"})
    assert fingerprint() == before


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("raw", ["{", "null", "[]", "x" * 1_100_000], ids=len)
def test_a_body_that_nobody_asked_for_is_no_matter(
    user: Browser, raw: str, content_type: str
) -> None:
    user.create_assistant()
    headers = {"Content-Type": content_type}

    answers = [
        user.request(method, path, raw=raw, headers=headers)
        for method, path in (
            ("GET", "/api/assistants"),
            ("DELETE", "/api/assistants/1"),
            ("GET", "/api/v1/assistant"),
            ("POST", "/api/logout"),
        )
    ]

    assert [answer.status for answer in answers] == [200] * 4
