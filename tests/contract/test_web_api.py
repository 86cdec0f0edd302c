"""Dialect A's examples, word for word, of the routes that there are.

The bodies are copied from the source document. `//` comments are cut, nothing else is touched.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from moto import mock_aws

from afterglow import bootstrap
from tests.browser import Browser
from tests.contract.dialect_a import TOKEN, at, store_user_42
from tests.fakes.engine import ScriptedEngine, done
from tests.matching import A_THREAD_ID, A_TIME
from tests.tables import create_tables


def example(text: str) -> Any:
    """Return an example's JSON without its comment."""
    return json.loads(re.sub(r"\s+//.*", "", text))


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Return the browser of user 42 at the time of the examples, alone in the world."""
    with mock_aws(), time_machine.travel(at("2025-04-29T20:15:45.678Z"), tick=False):
        create_tables()
        store_user_42(bootstrap.now())
        signed_in = Browser()
        signed_in.cookie = f"sid={TOKEN}"
        yield signed_in


def test_set_api_key(browser: Browser, engine: ScriptedEngine) -> None:
    answer = browser.post(
        "/api/settings/apikey",
        example("""
{
  "apiKey": "sk-your-openai-api-key"
}
"""),
    )

    assert answer.status == 200
    assert answer.body == example("""
{
  "message": "API key updated successfully"
}
""")
    assert engine.keys == ["sk-your-openai-api-key"]


def test_list_assistants(browser: Browser) -> None:
    answer = browser.get("/api/assistants")

    assert answer.status == 200
    assert answer.body == example("""
[
  {
    "id": 1,
    "userId": 42,
    "name": "My Research Assistant",
    "description": "Helps with academic research",
    "openaiAssistantId": "asst_abc123",
    "model": "gpt-4o",
    "instructions": "You are a helpful research assistant...",
    "temperature": 0.7,
    "fileIds": ["file-abc123", "file-def456"],
    "tools": [{"type": "retrieval"}],
    "isActive": true,
    "createdAt": "2025-04-29T20:10:30.123Z",
    "updatedAt": "2025-04-29T20:10:30.123Z"
  }
]
""")


def test_get_assistant_has_the_format_of_the_list(browser: Browser) -> None:
    answer = browser.get("/api/assistants/1")

    assert answer.status == 200
    assert [answer.body] == browser.get("/api/assistants").body


def test_create_assistant(browser: Browser) -> None:
    answer = browser.post(
        "/api/assistants",
        example("""
{
  "name": "My Coding Assistant",
  "description": "Helps with programming tasks",
  "model": "gpt-4o",
  "instructions": "You are a coding assistant specializing in JavaScript...",
  "temperature": 0.5,
  "tools": [{"type": "retrieval"}]
}
"""),
    )

    assert answer.status == 201
    assert answer.body == example("""
{
  "id": 2,
  "userId": 42,
  "name": "My Coding Assistant",
  "description": "Helps with programming tasks",
  "openaiAssistantId": null,  // Will be populated when first used
  "model": "gpt-4o",
  "instructions": "You are a coding assistant specializing in JavaScript...",
  "temperature": 0.5,
  "fileIds": [],
  "tools": [{"type": "retrieval"}],
  "isActive": true,
  "createdAt": "2025-04-29T20:15:45.678Z",
  "updatedAt": "2025-04-29T20:15:45.678Z"
}
""")


def test_get_thread_messages(browser: Browser) -> None:
    answer = browser.get("/api/threads/1/messages")

    assert answer.status == 200
    assert answer.body == example("""
[
  {
    "id": 1,
    "threadId": 1,
    "role": "user",
    "content": "Can you help me research quantum computing?",
    "openaiMessageId": "msg_abc123",
    "createdAt": "2025-04-29T21:10:35.123Z"
  },
  {
    "id": 2,
    "threadId": 1,
    "role": "assistant",
    "content": "I'd be happy to help with your quantum computing research...",
    "openaiMessageId": "msg_def456",
    "createdAt": "2025-04-29T21:10:40.456Z"
  }
]
""")


def test_create_new_thread(browser: Browser) -> None:
    answer = browser.post(
        "/api/thread/new",
        example("""
{
  "title": "New Conversation",
  "assistantId": 1  // Optional, will use default assistant if not provided
}
"""),
    )

    assert answer.status == 201
    assert answer.body == example("""
{
  "id": 2,
  "openaiThreadId": "thread_xyz789",
  "title": "New Conversation"
}
""") | {"openaiThreadId": A_THREAD_ID}


def test_send_message_to_thread(browser: Browser, engine: ScriptedEngine) -> None:
    text = "I'd be happy to help with your programming question. What would you like to know?"
    engine.then(done(text))
    browser.post("/api/thread/new", {"assistantId": 1})

    answer = browser.post(
        "/api/chat",
        example("""
{
  "threadId": 2,
  "message": "Hello! Can you help me with a programming question?"
}
"""),
    )

    assert answer.status == 200
    assert answer.body == example("""
{
  "threadId": 2,
  "content": [
    {
      "type": "text",
      "text": "I'd be happy to help with your programming question. What would you like to know?"
    }
  ]
}
""")


def test_a_user_is_shown_as_the_product_rules(browser: Browser) -> None:
    assert browser.get("/api/user").body == {
        "id": 42,
        "username": "the-user",
        "role": "user",
        "defaultAssistantId": None,
        "hasApiKey": True,
        "apiKeyLast4": "-key",
        "createdAt": "2025-04-29T20:00:00.000Z",
    }
    assert browser.get("/api/user").body["createdAt"] == A_TIME


def test_errors_follow_the_format(browser: Browser) -> None:
    missing = browser.post("/api/assistants", {})
    unknown = browser.get("/api/assistants/999")

    assert missing.status == 400
    assert set(missing.body) == {"error", "details"}
    assert isinstance(missing.body["details"], list)
    assert (unknown.status, unknown.body) == (404, {"error": "Assistant not found"})
