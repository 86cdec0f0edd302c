"""Two dialects, one core: what one creates, changes and deletes, the other sees."""

import pytest

from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.people import open_thread_v1, question, say_v1
from tests.tables import fingerprint

INACTIVE = {"error": "The assistant is inactive", "details": [{"code": "assistant_inactive"}]}


def test_each_lists_what_the_other_creates(user: Browser, engine: ScriptedEngine) -> None:
    user.post("/api/assistants", {"name": "From A"})
    user.post("/api/v1/assistant", {"name": "From B"})
    user.open_thread(1)
    engine.then(done("Gladly."))
    thread = open_thread_v1(user, 2)

    web, v1 = user.get("/api/assistants").body, user.get("/api/v1/assistant").body
    assert [a["name"] for a in web] == [a["name"] for a in v1] == ["From A", "From B"]
    # Dialect A shows the id from its first use on, and it is the same one.
    assert [a["openaiAssistantId"] for a in web] == [None, v1[1]["assistantId"]]
    threads = user.get("/api/threads").body
    assert [t["id"] for t in threads] == [2, 1]
    assert threads == user.get("/api/v1/thread").body
    assert threads[0]["openaiThreadId"] == thread
    assert user.messages(2) == user.get(f"/api/v1/thread/{thread}").body


def test_one_conversation_goes_on_in_both(user: Browser, engine: ScriptedEngine) -> None:
    thread_id = user.open_thread()
    thread = user.get("/api/threads").body[0]["openaiThreadId"]
    engine.then(done("One.", "resp_1"), done("Two.", "resp_2"))

    user.say(thread_id, "First?")
    say_v1(user, thread)

    assert [prompt.head_response_id for prompt in engine.prompts] == [None, "resp_1"]
    assert [m["content"] for m in user.messages(thread_id)][::3] == ["First?", "Two."]


def messages(user: Browser) -> list[Answer]:
    """Send a message by each of the three routes."""
    thread = user.get("/api/threads").body[-1]["openaiThreadId"]
    return [
        user.say(1),
        user.post("/api/v1/thread", {"assistantId": 1, "content": question()}),
        say_v1(user, thread),
    ]


def test_an_inactive_assistant_takes_no_message_by_any_route(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.open_thread()
    user.request("PATCH", "/api/assistants/1", {"isActive": False})
    before = fingerprint()

    answers = messages(user)

    assert [(answer.status, answer.body) for answer in answers] == [(400, INACTIVE)] * 3
    assert engine.prompts == []
    assert fingerprint() == before

    user.request("PATCH", "/api/assistants/1", {"isActive": True})
    engine.then(done("One."), done("Two."), done("Three."))
    assert [answer.status for answer in messages(user)] == [200, 201, 201]


@pytest.mark.parametrize("path", ["/api/assistants/1", "/api/v1/assistant/1", "/api/v1/assistant"])
def test_a_deleted_assistant_is_no_default_and_its_threads_stay(
    user: Browser, engine: ScriptedEngine, path: str
) -> None:
    thread_id = user.open_thread()
    thread = user.get("/api/threads").body[0]["openaiThreadId"]
    user.post("/api/settings/default-assistant", {"assistantId": 1})
    engine.then(done("Gladly."))
    user.say(thread_id, "First?")
    said = user.messages(thread_id)

    assert user.request("DELETE", path).status == 200

    assert user.get("/api/user").body["defaultAssistantId"] is None
    assert user.messages(thread_id) == said == user.get(f"/api/v1/thread/{thread}").body
    assert user.get("/api/threads").body[0]["assistantId"] == 1
    before = fingerprint()
    missing = {"error": "The thread has no assistant", "details": [{"code": "assistant_missing"}]}
    for answer in (user.say(thread_id), say_v1(user, thread)):
        assert (answer.status, answer.body) == (400, missing)
    assert fingerprint() == before


def test_a_thread_whose_assistant_is_deleted_goes_on_with_the_default(
    user: Browser, engine: ScriptedEngine
) -> None:
    thread_id = user.open_thread()
    second = user.create_assistant(name="Second")
    user.post("/api/settings/default-assistant", {"assistantId": second})
    user.request("DELETE", "/api/assistants/1")
    engine.then(done("I am second."))

    assert user.say(thread_id).status == 200
    assert engine.prompts[0].run.assistant_id == second
    assert user.get("/api/user").body["defaultAssistantId"] == second


def test_a_thread_without_a_choice_has_the_default_assistant(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.post("/api/settings/default-assistant", {"assistantId": user.create_assistant()})
    engine.then(done("Gladly."))

    assert user.post("/api/thread/new", {}).status == 201
    assert user.post("/api/v1/thread", {"content": question()}).status == 201
    assert [t["assistantId"] for t in user.get("/api/threads").body] == [1, 1]


def test_without_any_assistant_dialect_b_opens_no_thread(user: Browser) -> None:
    before = fingerprint()

    answer = user.post("/api/v1/thread", {"content": question()})

    assert answer.status == 400
    assert answer.body["details"] == [{"code": "assistant_missing"}]
    assert fingerprint() == before


def test_what_one_deletes_is_gone_in_the_other(user: Browser, engine: ScriptedEngine) -> None:
    thread_id = user.open_thread()
    thread = user.get("/api/threads").body[0]["openaiThreadId"]
    engine.then(done("Gladly."))
    user.say(thread_id)

    deleted = user.request("DELETE", "/api/threads/1")

    assert (deleted.status, deleted.body) == (200, {"message": "Thread deleted successfully"})
    assert user.get(f"/api/v1/thread/{thread}").status == 404
    assert user.get("/api/threads/1/messages").status == 404
    for answer in (user.say(1), user.request("DELETE", "/api/threads/1")):
        assert (answer.status, answer.body) == (404, {"error": "Thread not found"})
    assert user.get("/api/threads").body == user.get("/api/v1/threads").body == []
