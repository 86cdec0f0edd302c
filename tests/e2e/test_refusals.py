"""What the API refuses, and how."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

UNAUTHORIZED = {"error": "Unauthorized"}


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    wrong = visitor.post("/api/login", visitor.credentials | {"password": "not this one"})
    unknown = new_visitor().login()

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json() == {"error": "Invalid username or password"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/user"),
        ("POST", "/api/logout"),
        ("POST", "/api/settings/apikey"),
        ("GET", "/api/assistants"),
        ("POST", "/api/assistants"),
        ("GET", "/api/assistants/1"),
        ("POST", "/api/thread/new"),
        ("GET", "/api/threads/1/messages"),
        ("POST", "/api/chat"),
    ],
)
def test_nobody_gets_in_without_a_session(cloud: LocalCloud, method: str, path: str) -> None:
    for cookie in ("", "sid=forged", "sid=a; sid=b", "__Host-sid=forged"):
        answer = httpx2.request(
            method, cloud.front_url + path, headers={"Cookie": cookie}, content=b"{not json"
        )
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_without_a_key_there_is_no_chat_and_nothing_is_stored(
    new_visitor: NewVisitor, openai: ControlClient
) -> None:
    someone = new_visitor()
    someone.register()
    someone.post("/api/assistants", {"name": "Guide"})
    someone.post("/api/thread/new", {"assistantId": 1})

    answer = someone.chat("Hello!")

    assert answer.status_code == 400
    assert answer.json()["details"] == [{"code": "openai_key_missing"}]
    assert someone.messages() == []
    assert openai.journal() == []


def test_a_key_that_openai_rejects_is_not_stored(new_visitor: NewVisitor) -> None:
    someone = new_visitor()
    someone.register()

    answer = someone.post("/api/settings/apikey", {"apiKey": "sk-invalid" + "0" * 20})

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "OpenAI rejected the API key",
        "details": [{"code": "openai_key_invalid"}],
    }
    assert someone.get("/api/user").json()["hasApiKey"] is False


def test_what_is_anothers_does_not_exist(visitor: Visitor, new_visitor: NewVisitor) -> None:
    stranger = new_visitor()
    stranger.register()
    stranger.post("/api/settings/apikey", {"apiKey": stranger.api_key})
    visitor.chat("Only for my own eyes.")

    for foreign, unknown in [
        (stranger.get("/api/assistants/1"), stranger.get("/api/assistants/999")),
        (stranger.get("/api/threads/1/messages"), stranger.get("/api/threads/999/messages")),
        (stranger.chat("Hello!", 1), stranger.chat("Hello!", 999)),
        (
            stranger.post("/api/thread/new", {"assistantId": 1}),
            stranger.post("/api/thread/new", {"assistantId": 999}),
        ),
    ]:
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content == unknown.content
    assert stranger.get("/api/assistants").json() == []
    assert len(visitor.messages()) == 2


def test_unknown_paths_and_methods_are_not_found(visitor: Visitor) -> None:
    for answer in (
        visitor.get("/api/nothing"),
        visitor.get("/"),
        visitor.http.put("/api/user"),
        visitor.http.delete("/api/chat"),
        visitor.get("/api/v1/nothing"),
    ):
        assert (answer.status_code, answer.json()) == (404, {"error": "Not found"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b'{"name": NaN}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b'{"name": "\x00"}',
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "a"}',
        b"[" * 50_000,
        b'{"name": {"a": 1}}',
        b'{"name": 7}',
        b'{"name": null}',
        b'{"name": ""}',
        b'{"name": "' + b"x" * 101 + b'"}',
        b'{"name": "a", "temperature": "hot"}',
        b'{"name": "a", "temperature": 1e999}',
        b'{"name": "a", "tools": [{"type": "mcp", "server_url": "http://169.254.169.254"}]}',
    ],
)
def test_a_bad_body_is_a_400_that_stores_nothing(visitor: Visitor, body: bytes) -> None:
    answer = visitor.http.post(
        "/api/assistants", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400, answer.text
    assert set(answer.json()) <= {"error", "details"}
    assert len(visitor.get("/api/assistants").json()) == 1


def test_a_big_body_is_a_413(visitor: Visitor) -> None:
    answer = visitor.chat("x" * 1024 * 1024)

    assert (answer.status_code, answer.json()) == (413, {"error": "Request body too large"})


def test_one_name_is_taken_once(new_visitor: NewVisitor) -> None:
    body = new_visitor().credentials
    crowd = [new_visitor() for _ in range(8)]

    with ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(lambda someone: someone.post("/api/register", body), crowd))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [HTTPStatus.CREATED] + [HTTPStatus.BAD_REQUEST] * (len(crowd) - 1)
