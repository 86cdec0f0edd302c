"""Fields of a wrong type, shape or size: a 400 that names the field, and nothing written."""

import re
from typing import Any

import pytest

from tests.browser import Browser
from tests.canaries import canary
from tests.integration.bad_values import BAD_VALUES
from tests.integration.routes import WITH_BODY, Route
from tests.openapi.document import OPERATIONS, followed
from tests.tables import fingerprint

each_route = pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)


@each_route
def test_every_field_of_every_body_is_tried(route: Route) -> None:
    assert set(BAD_VALUES[route.name]) == set(fields_of(route)["properties"])
    assert len(BAD_VALUES) == len(WITH_BODY)


@each_route
def test_a_bad_value_is_refused_by_name(admin: Browser, route: Route) -> None:
    before = fingerprint()

    for field, values in BAD_VALUES[route.name].items():
        for value in values:
            body = dict(route.body or {}) | {field: value}
            answer = admin.request(route.method, route.path, body)
            details = answer.body.pop("details", [])
            refused = (answer.status, answer.body)
            assert refused == (400, route.error("Validation failed")), (field, value)
            assert {detail["field"].partition(".")[0] for detail in details} == {field}, value
            assert all(detail["code"] and detail["message"] for detail in details)

    assert fingerprint() == before


@each_route
def test_a_missing_field_is_named(admin: Browser, route: Route) -> None:
    before = fingerprint()
    required = fields_of(route).get("required", [])

    answer = admin.request(route.method, route.path, {})

    if required:
        assert answer.status == 400
        assert [(d["field"], d["code"]) for d in answer.body["details"]] == [
            (field, "missing") for field in required
        ]
    assert answer.status in {400, 404}
    assert fingerprint() == before


def fields_of(route: Route) -> dict[str, Any]:
    """Return the described body of a route."""
    operation = next(
        operation
        for name, operation in OPERATIONS.items()
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", name), route.name)
    )
    return followed(operation["requestBody"]["content"]["application/json"]["schema"])


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
