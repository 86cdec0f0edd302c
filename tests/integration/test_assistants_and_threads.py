"""Assistants and threads: what is kept, what is filled in, what is refused."""

import pytest

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.matching import A_THREAD_ID, A_TIME


def test_an_assistant_of_a_name_only_gets_the_deployments_defaults(user: Browser) -> None:
    user_id = user.get("/api/user").body["id"]

    created = user.post("/api/assistants", {"name": "Ada"})

    assert created.status == 201
    assert created.body == {
        "id": 1,
        "userId": user_id,
        "name": "Ada",
        "description": None,
        "openaiAssistantId": None,
        "model": "gpt-6-luna",
        "instructions": "You are a helpful assistant.",
        "temperature": None,
        "fileIds": [],
        "tools": [],
        "isActive": True,
        "modelShutdownDate": None,
        "createdAt": A_TIME,
        "updatedAt": A_TIME,
    }


def test_explicit_nulls_mean_the_defaults(user: Browser) -> None:
    nulls = dict.fromkeys(("description", "model", "instructions", "temperature"))

    created = user.post("/api/assistants", {"name": "Ada"} | nulls).body

    assert (created["model"], created["temperature"]) == ("gpt-6-luna", None)


def test_a_model_that_is_long_gone_is_taken_as_it_is(user: Browser) -> None:
    created = user.post("/api/assistants", {"name": "Ada", "model": "gpt-3.5-turbo-0125"})

    assert (created.status, created.body["model"]) == (201, "gpt-3.5-turbo-0125")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({"title": "Research Discussion"}, "Research Discussion"),
        ({"title": "🦊" * 200}, "🦊" * 200),
        ({"title": None}, "New Conversation"),
        ({}, "New Conversation"),
    ],
)
def test_a_thread_has_the_title_it_was_given(
    user: Browser, body: dict[str, object], title: str
) -> None:
    user.create_assistant()

    opened = user.post("/api/thread/new", body | {"assistantId": 1})

    assert opened.status == 201
    assert opened.body == {"id": 1, "openaiThreadId": A_THREAD_ID, "title": title}


def test_a_thread_runs_with_the_assistant_it_was_given(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.create_assistant(name="First")
    thread_id = user.open_thread(user.create_assistant(name="Second"))
    engine.then(done("Gladly."))

    user.say(thread_id)

    assert engine.prompts[0].run.spec.name == "Second"
    assert [a["openaiAssistantId"] is None for a in user.get("/api/assistants").body] == [
        True,
        False,
    ]


@pytest.mark.parametrize("body", [{}, {"assistantId": None}])
def test_a_thread_needs_an_assistant(user: Browser, body: dict[str, object]) -> None:
    answer = user.post("/api/thread/new", body)

    assert (answer.status, answer.body) == (
        400,
        {
            "error": "No assistant was given and there is no default assistant",
            "details": [{"field": "assistantId", "code": "missing"}],
        },
    )


def test_a_new_thread_is_empty(user: Browser) -> None:
    assert user.messages(user.open_thread()) == []
