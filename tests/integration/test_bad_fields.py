"""Fields of a wrong type, shape or size: a 400 that names the field, and nothing written."""

from collections.abc import Iterator

import pytest

from tests.browser import Browser
from tests.canaries import canary
from tests.integration.routes import WEB, WEB_PUBLIC, Route
from tests.tables import fingerprint

CREATING = ("/api/register", "/api/login", "/api/settings/apikey", "/api/assistants")
CREATING += ("/api/thread/new", "/api/chat")
WITH_BODY = [route for route in WEB_PUBLIC + WEB if route.body and route.path in CREATING]
# Each field with values that no client may send.
REQUIRED: dict[str, list[object]] = {
    "username": [None, 1, True, [], {}],
    "password": [None, 1, True, [], {}],
    "apiKey": [None, 1, True, [], {}],
    "message": [None, 1, True, [], {}, ""],
    "threadId": [None, "1", 1.0, 1.5, True, [], {}, 0, -1, 2**53, 10**40],
    "name": [None, 1, True, [], {}, "", "x" * 101, "a\nb", "a\x1bb", "a\u202eb", "a\u009bb"],
}
OPTIONAL: dict[str, list[object]] = {
    "description": [1, [], {}, "x" * 1001],
    "model": [1, [], "", "x" * 101, "gpt 4o", "../x", "gpt-4o\n", "gpt-4ö"],
    "instructions": [1, [], {}, "x" * (64 * 1024 + 1), "🦊" * (16 * 1024 + 1)],
    "temperature": ["0.5", True, -0.1, 2.1, [], 10**400],
    "tools": [
        None,
        {},
        "retrieval",
        ["retrieval"],
        [None],
        [{}],
        [{"type": None}],
        [{"type": "mcp", "server_url": "http://169.254.169.254"}],
        [{"type": "web_search"}],
        [{"type": "function"}],
        [{"type": "Retrieval"}],
        [{"type": "retrieval"}] * 17,
    ],
}
THREAD: dict[str, list[object]] = {
    "title": [1, [], "", "x" * 201, "a\r\nb", "\u2066"],
    "assistantId": ["1", 1.0, True, 0, -1, 2**53, [], {}],
}


def cases() -> Iterator[tuple[Route, str, object]]:
    """Return every route with every bad value of every field."""
    for route in WITH_BODY:
        fields = {name: REQUIRED[name] for name in route.body or {} if name in REQUIRED}
        fields |= OPTIONAL if route.path == "/api/assistants" else {}
        fields |= THREAD if route.path == "/api/thread/new" else {}
        for field, values in fields.items():
            yield from ((route, field, value) for value in values)


CASES = list(cases())


def test_every_field_of_every_body_is_tried() -> None:
    tried = {(route.path, field) for route, field, _ in CASES}

    assert len(tried) == len({(r.path, f) for r in WITH_BODY for f in r.body or {}} | tried) == 15


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_a_bad_value_is_refused_by_name(user: Browser, route: Route) -> None:
    before = fingerprint()

    for _, field, value in (case for case in CASES if case[0] is route):
        answer = user.request(route.method, route.path, dict(route.body or {}) | {field: value})
        assert (answer.status, answer.body["error"]) == (400, "Validation failed"), (field, value)
        assert {detail["field"].partition(".")[0] for detail in answer.body["details"]} == {field}
        assert all(detail["code"] and detail["message"] for detail in answer.body["details"])

    assert fingerprint() == before


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_a_missing_field_is_named(user: Browser, route: Route) -> None:
    before = fingerprint()
    required = [field for field in route.body or {} if field in REQUIRED]

    answer = user.request(route.method, route.path, {})

    assert answer.status == 400
    if required:
        assert [(d["field"], d["code"]) for d in answer.body["details"]] == [
            (field, "missing") for field in required
        ]
    assert fingerprint() == before


def test_a_wrong_value_is_not_quoted(user: Browser) -> None:
    secret = canary("value")
    bodies: list[object] = [
        {"name": [secret]},
        {"name": "Ada", "tools": [{"type": secret}]},
        {"name": "Ada", "model": secret + " "},
        {"name": "Ada", "temperature": secret},
    ]

    for body in bodies:
        assert user.post("/api/assistants", body).status == 400
    assert user.post("/api/settings/apikey", {"apiKey": secret}).status == 400
    assert user.post("/api/chat", {"threadId": secret, "message": {"a": secret}}).status == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "🦊" * 100),
        ("description", "x" * 1000),
        ("model", "ft:gpt-4o-mini:acme::a_b.c"),
        ("instructions", "🦊" * (16 * 1024)),
        ("instructions", ""),
        ("temperature", 0),
        ("temperature", 2),
        ("tools", [{"type": "retrieval"}] * 16),
        ("description", None),
    ],
)
def test_a_value_at_its_limit_is_kept_as_it_is(user: Browser, field: str, value: object) -> None:
    created = user.post("/api/assistants", {"name": "Ada", field: value})

    assert (created.status, created.body[field]) == (201, value)
    assert user.get(f"/api/assistants/{created.body['id']}").body == created.body


INJECTED: dict[str, object] = {
    "id": 77,
    "userId": 1,
    "role": "admin",
    "isAdmin": True,
    "createdAt": "1999-01-01T00:00:00.000Z",
    "updatedAt": "1999-01-01T00:00:00.000Z",
    "openaiAssistantId": "asst_injected",
    "openaiThreadId": "thread_injected",
    "fileIds": ["file-injected"],
    "isActive": False,
    "passwordHash": "injected",
    "owner": "U#1",
    "item": "A#1",
    "version": 99,
    "status": "injected",
    "user_id": 1,
    "__proto__": {"role": "admin"},
}


def test_what_a_body_may_not_say_is_ignored(browser: Browser) -> None:
    registered = browser.post("/api/register", browser.credentials() | INJECTED).body
    created = browser.post("/api/assistants", {"name": "Ada"} | INJECTED).body
    plain = browser.post("/api/assistants", {"name": "Ada"}).body
    thread = browser.post("/api/thread/new", {"assistantId": 1} | INJECTED).body

    assert (registered["role"], registered["id"] == 77) == ("user", False)
    same = {"id", "createdAt", "updatedAt"}
    assert {k: v for k, v in created.items() if k not in same} == {
        k: v for k, v in plain.items() if k not in same
    }
    assert (created["id"], created["userId"]) == (1, registered["id"])
    assert created["createdAt"] > "2020"
    assert (thread["id"], thread["openaiThreadId"] != "thread_injected") == (1, True)
    assert browser.get("/api/user").body == registered
