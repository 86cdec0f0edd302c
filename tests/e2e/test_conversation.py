"""The conversation of the first document, over HTTP, through every wall."""

import re
from datetime import date

from local.openai.control_client import ControlClient, fingerprint
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_a_user_registers_and_chats_as_the_document_says(
    new_visitor: NewVisitor, openai: ControlClient
) -> None:
    ada = new_visitor()

    registered = ada.register()
    key = ada.post("/api/settings/apikey", {"apiKey": ada.api_key})
    created = ada.post(
        "/api/assistants",
        {
            "name": "My Coding Assistant",
            "description": "Helps with programming tasks",
            "model": "gpt-4o",
            "instructions": "You are a coding assistant specializing in JavaScript...",
            "temperature": 0.5,
            "tools": [{"type": "retrieval"}],
        },
    )
    opened = ada.post("/api/thread/new", {"title": "New Conversation", "assistantId": 1})
    first = ada.chat("Hello! My name is Ada. Can you help me with a programming question?")
    second = ada.chat("What is my name?")

    assert registered.status_code == 201
    user = registered.json()
    assert (key.status_code, key.json()) == (200, {"message": "API key updated successfully"})
    assert created.status_code == 201
    assistant = created.json()
    assert TIME.fullmatch(assistant.pop("createdAt"))
    assert TIME.fullmatch(assistant.pop("updatedAt"))
    # Null, or the day that the stand-in's catalogue names if it is near today.
    ends = assistant.pop("modelShutdownDate")
    assert ends is None or date.fromisoformat(ends)
    assert assistant == {
        "id": 1,
        "userId": user["id"],
        "name": "My Coding Assistant",
        "description": "Helps with programming tasks",
        "openaiAssistantId": None,
        "model": "gpt-4o",
        "instructions": "You are a coding assistant specializing in JavaScript...",
        "temperature": 0.5,
        "fileIds": [],
        "tools": [{"type": "retrieval"}],
        "isActive": True,
    }
    assert opened.status_code == 201
    thread = opened.json()
    assert thread == {
        "id": 1,
        "openaiThreadId": thread["openaiThreadId"],
        "title": "New Conversation",
    }
    assert re.fullmatch("thread_[A-Za-z0-9]{24}", thread["openaiThreadId"])
    assert first.status_code == second.status_code == 200
    answer = second.json()["content"][0]["text"]
    assert second.json() == {
        "threadId": 1,
        "content": [{"type": "text", "text": answer}],
        "citations": [],
    }
    assert "Ada" in answer

    messages = ada.messages()
    assert [(m["id"], m["threadId"], m["role"]) for m in messages] == [
        (1, 1, "user"),
        (2, 1, "assistant"),
        (3, 1, "user"),
        (4, 1, "assistant"),
    ]
    assert messages[3]["content"] == answer
    assert all(m["openaiMessageId"].startswith("msg_") for m in messages)
    assert all(TIME.fullmatch(m["createdAt"]) for m in messages)
    # "Will be populated when first used".
    assert ada.get("/api/assistants/1").json()["openaiAssistantId"].startswith("asst_")
    calls = openai.journal("POST", "/v1/responses")
    assert [call.key for call in calls] == [fingerprint(ada.api_key)] * 2
    # gpt-4o takes a temperature; the second turn continues the first.
    assert [call.body["temperature"] for call in calls] == [0.5, 0.5]
    assert "previous_response_id" not in calls[0].body
    assert calls[1].body["previous_response_id"].startswith("resp_")


def test_who_is_signed_in_is_told_about_themselves(visitor: Visitor) -> None:
    me = visitor.get("/api/user").json()

    assert TIME.fullmatch(me.pop("createdAt"))
    assert 1 <= me.pop("id") < 2**53
    assert me == {
        "username": visitor.username,
        "role": "user",
        "defaultAssistantId": None,
        "hasApiKey": True,
        "apiKeyLast4": visitor.api_key[-4:],
    }


def test_after_logging_out_the_cookie_is_dead(visitor: Visitor) -> None:
    cookie = visitor.http.cookies["sid"]

    left = visitor.post("/api/logout")
    visitor.http.cookies.set("sid", cookie)

    assert left.status_code == 200
    assert visitor.get("/api/user").status_code == 401
    visitor.http.cookies.clear()
    assert visitor.login().status_code == 200
    assert visitor.get("/api/user").status_code == 200


def test_a_login_ends_the_session_it_was_made_with(visitor: Visitor) -> None:
    before = visitor.http.cookies["sid"]

    assert visitor.login().status_code == 200

    assert visitor.http.cookies["sid"] != before
    visitor.http.cookies.clear()
    visitor.http.cookies.set("sid", before)
    assert visitor.get("/api/user").status_code == 401


def test_a_second_browser_signs_in_beside_the_first(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    other = new_visitor()
    other.username, other.password = visitor.username, visitor.password

    assert other.login().status_code == 200

    assert other.get("/api/user").json() == visitor.get("/api/user").json()
