"""Dialect B's threads: what each row does, and what it refuses."""

import pytest

from afterglow.domain.models import Role
from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.people import assign, open_thread_v1, question, user_id_of
from tests.matching import A_MESSAGE_ID, A_THREAD_ID, A_TIME
from tests.tables import fingerprint

NOT_FOUND = {"error": "Thread not found"}
ROWS = [
    ("GET", "/api/v1/thread/{}", None),
    ("POST", "/api/v1/thread/{}", {"content": "x" * 40}),
    ("PUT", "/api/v1/thread/{}", {"name": "Mine?"}),
    ("DELETE", "/api/v1/thread/{}", None),
]
each_row = pytest.mark.parametrize(("method", "path", "body"), ROWS)


def test_a_thread_is_opened_with_a_message_and_its_answer(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.create_assistant()
    engine.then(done("Gladly."))
    content = question()

    opened = user.post("/api/v1/thread", {"assistantId": "1", "content": content})

    thread = opened.body["id"]
    assert (opened.status, opened.body) == (
        201,
        {"id": A_THREAD_ID, "message": "Thread created successfully"},
    )
    common = {"threadId": 1, "status": "completed", "citations": [], "createdAt": A_TIME}
    assert user.get(f"/api/v1/thread/{thread}").body == [
        common | {"id": 1, "role": "user", "content": content, "openaiMessageId": A_MESSAGE_ID},
        common
        | {"id": 2, "role": "assistant", "content": "Gladly.", "openaiMessageId": "msg_upstream"},
    ]
    assert user.get("/api/v1/thread").body == [
        {
            "id": 1,
            "userId": user_id_of(user),
            "assistantId": 1,
            "openaiThreadId": thread,
            "title": "New Conversation",
            "isArchived": False,
            "createdAt": A_TIME,
            "updatedAt": A_TIME,
        }
    ]


def test_a_thread_may_be_named_when_it_is_opened(user: Browser, engine: ScriptedEngine) -> None:
    user.create_assistant()
    engine.then(done("Gladly."))

    user.post("/api/v1/thread", {"assistantId": 1, "content": question(), "name": "🦊" * 200})

    assert user.get("/api/v1/thread").body[0]["title"] == "🦊" * 200


@pytest.mark.parametrize("field", ["name", "title"])
def test_a_thread_is_renamed_by_either_field(user: Browser, thread: str, field: str) -> None:
    renamed = user.request("PUT", f"/api/v1/thread/{thread}", {field: "Another name"})

    assert (renamed.status, renamed.body) == (200, {"message": "Thread updated successfully"})
    assert user.get("/api/threads").body[0]["title"] == "Another name"


def test_of_two_names_name_counts_and_none_is_refused(user: Browser, thread: str) -> None:
    path = f"/api/v1/thread/{thread}"
    assert user.request("PUT", path, {"name": "By name", "title": "By title"}).status == 200
    before = fingerprint()

    bodies: list[dict[str, object]] = [{}, {"name": None}, {"name": None, "title": None}]
    refused = [user.request("PUT", path, body) for body in bodies]

    assert [(answer.status, answer.body["error"]) for answer in refused] == [
        (400, "Validation failed")
    ] * 3
    assert user.get("/api/v1/thread").body[0]["title"] == "By name"
    assert fingerprint() == before


def test_a_deleted_thread_is_not_there(user: Browser, thread: str) -> None:
    deleted = user.request("DELETE", f"/api/v1/thread/{thread}")

    assert (deleted.status, deleted.body) == (200, {"message": "Thread deleted successfully"})
    assert user.get("/api/v1/thread").body == user.get("/api/threads").body == []
    for method, path, body in ROWS:
        answer = user.request(method, path.format(thread), body)
        assert (answer.status, answer.body) == (404, NOT_FOUND)
    assert user.get("/api/threads/1/messages").status == 404


def test_all_of_the_callers_go_and_nobody_elses(
    user: Browser, engine: ScriptedEngine, thread: str
) -> None:
    assert thread
    other = Browser().enter()
    other.open_thread()

    for _ in range(2):
        deleted = user.request("DELETE", "/api/v1/thread")
        message = {"message": "All threads deleted successfully"}
        assert (deleted.status, deleted.body) == (200, message)

    assert user.get("/api/v1/thread").body == []
    assert len(other.get("/api/v1/thread").body) == 1
    engine.then(done("On we go."))
    assert open_thread_v1(user) == A_THREAD_ID
    assert [found["id"] for found in user.get("/api/v1/thread").body] == [2]


def test_who_is_no_admin_gets_their_own_threads_and_an_admin_everyones(
    user: Browser, thread: str
) -> None:
    other = Browser().enter()
    other.open_thread()
    own = user.get("/api/v1/thread").body

    assert user.get("/api/v1/threads").body == own
    everyones = assign(user, Role.ADMIN).get("/api/v1/threads").body
    assert {found["userId"] for found in everyones} == {user_id_of(user), user_id_of(other)}
    assert len(everyones) == 2
    assert [found for found in everyones if found["openaiThreadId"] == thread] == own
    # Metadata only: what was said stays its owner's.
    foreign = next(found for found in everyones if found["userId"] != user_id_of(user))
    assert user.get(f"/api/v1/thread/{foreign['openaiThreadId']}").status == 404
    assert assign(user, Role.USER).get("/api/v1/threads").body == own
