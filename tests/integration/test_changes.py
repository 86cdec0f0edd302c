"""Changes of assistants and threads in dialect A: what is said changes, and nothing else."""

from typing import Any

import pytest

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.tables import fingerprint, items

ASSISTANT = {
    "name": "Ada",
    "description": "Helps",
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "temperature": 0.5,
    "tools": [{"type": "retrieval"}],
}
OTHERS = {
    "name": "🦊" * 100,
    "description": "x" * 1000,
    "model": "ft:gpt-4o-mini:acme::a_b.c",
    "instructions": "🦊" * (16 * 1024),
    "temperature": 2,
    "tools": [{"type": "file_search"}, {"type": "code_interpreter"}],
    "isActive": False,
}
DEFAULTS = {
    "description": None,
    "model": "gpt-6-luna",
    "instructions": "You are a helpful assistant.",
    "temperature": None,
}


@pytest.fixture
def before(user: Browser) -> dict[str, Any]:
    """Return the user's assistant as it was created."""
    created = user.post("/api/assistants", ASSISTANT)
    assert created.status == 201
    return dict(created.body)


def patch(user: Browser, body: object) -> dict[str, Any]:
    """Change the assistant and return it as it is then."""
    answer = user.request("PATCH", "/api/assistants/1", body)
    assert answer.status == 200, answer.body
    assert user.get("/api/assistants/1").body == answer.body
    return dict(answer.body)


@pytest.mark.parametrize("field", OTHERS)
def test_one_field_changes_alone(user: Browser, before: dict[str, Any], field: str) -> None:
    after = patch(user, {field: OTHERS[field]})

    assert after == before | {field: OTHERS[field], "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]


def test_all_fields_change_at_once(user: Browser, before: dict[str, Any]) -> None:
    after = patch(user, OTHERS)

    assert after == before | OTHERS | {"updatedAt": after["updatedAt"]}


def test_null_goes_back_to_the_default(user: Browser, before: dict[str, Any]) -> None:
    after = patch(user, dict.fromkeys(DEFAULTS))

    assert after == before | DEFAULTS | {"updatedAt": after["updatedAt"]}


@pytest.mark.parametrize("body", [{}, {"name": "Ada"}, {"unknown": 1}, {"is_active": False}])
def test_what_changes_nothing_writes_nothing(
    user: Browser, before: dict[str, Any], body: object
) -> None:
    stored = fingerprint()

    assert patch(user, body) == before
    assert fingerprint() == stored


def test_a_change_is_seen_by_dialect_b(user: Browser, before: dict[str, Any]) -> None:
    assert before
    patch(user, {"isActive": False, "name": "Eve"})

    shown = user.get("/api/v1/assistant/1").body

    assert (shown["name"], shown["status"]) == ("Eve", "INACTIVE")


def test_a_change_touches_one_item_only(user: Browser, before: dict[str, Any]) -> None:
    assert before
    user.open_thread(1)
    stored = items()

    patch(user, OTHERS)

    assert len(differing(stored, items())) == 1


def differing(stored: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is not as it was, how often somebody did something aside."""
    assert len(stored) == len(now)
    return [item for item in now if item not in stored and "limits" not in item["table"]]


@pytest.mark.parametrize(
    ("body", "title", "is_archived"),
    [
        ({"title": "🦊" * 200}, "🦊" * 200, False),
        ({"isArchived": True}, "New Conversation", True),
        ({"title": "Both", "isArchived": True}, "Both", True),
        ({"title": None, "isArchived": True}, "New Conversation", True),
        ({"title": "Alone", "isArchived": None}, "Alone", False),
    ],
)
def test_a_thread_changes_as_it_is_told(
    user: Browser, body: object, title: str, *, is_archived: bool
) -> None:
    user.open_thread()
    (before,) = user.get("/api/threads").body
    stored = items()

    answer = user.request("PATCH", "/api/threads/1", body)

    assert (answer.status, answer.body) == (200, {"message": "Thread updated successfully"})
    (after,) = user.get("/api/threads").body
    changed = {"title": title, "isArchived": is_archived, "updatedAt": after["updatedAt"]}
    assert after == before | changed
    assert len(differing(stored, items())) == 1
    assert user.get("/api/v1/thread").body == [after]


@pytest.mark.parametrize("body", [{}, {"title": None}, {"title": None, "isArchived": None}])
def test_a_thread_that_is_told_nothing_stays(user: Browser, body: object) -> None:
    user.open_thread()
    before = fingerprint()

    assert user.request("PATCH", "/api/threads/1", body).status == 200
    assert fingerprint() == before


def test_an_archived_thread_still_talks(user: Browser, engine: ScriptedEngine) -> None:
    user.open_thread()
    user.request("PATCH", "/api/threads/1", {"isArchived": True})
    engine.then(done("Here I am."))

    assert user.say(1).status == 200
    assert user.get("/api/threads").body[0]["isArchived"] is True
    user.request("PATCH", "/api/threads/1", {"isArchived": False})
    assert user.get("/api/threads").body[0]["isArchived"] is False
