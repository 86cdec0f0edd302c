"""`LOCAL_LLM_URL`: a chat-completions server answers instead."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from local.openai.brain.remote import RemoteBrain
from local.openai.brain.turn import BrainError, Excerpt, Message, Reply, Turn
from tests.openai_standin.standin import threaded

TURN = Turn(
    [Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "What is the fee?")],
    "Be brief.",
    [Excerpt("fee.txt", "The fee is 5 euros.", "file-1")],
)
Handler = Any


class Model:
    """A chat server that notes what it is asked."""

    def __init__(self, content: Any = "Five euros.") -> None:
        self.content = content
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/v1/models":
            return httpx2.Response(200, json={"data": [{"id": "tiny"}, {"id": "big"}]})
        assert request.url.path == "/v1/chat/completions"
        self.asked.append(json.loads(request.content))
        return httpx2.Response(200, json={"choices": [{"message": {"content": self.content}}]})


def brain(
    handler: Handler, url: str = "http://llm.test/v1", model: str | None = None
) -> RemoteBrain:
    return RemoteBrain(url, model, httpx2.MockTransport(handler))


def answer(subject: RemoteBrain) -> Reply:
    async def once() -> Reply:
        async with subject.client:
            return await subject.answer(TURN)

    return asyncio.run(once())


@pytest.mark.parametrize(
    "url", ["http://llm.test/v1", "http://llm.test/v1/", "http://llm.test/v1/chat/completions"]
)
def test_it_hands_over_the_conversation_and_the_passages(url: str) -> None:
    model = Model()
    reply = answer(brain(model, url))

    (asked,) = model.asked
    assert asked["model"] == "tiny"
    system, *said = asked["messages"]
    assert system["role"] == "system"
    assert system["content"].startswith("Be brief.")
    assert "[fee.txt]\nThe fee is 5 euros." in system["content"]
    assert said == [{"role": m.role, "content": m.text} for m in TURN.messages]
    assert reply.text == "Five euros."
    assert [(c.excerpt.file_id, c.index) for c in reply.citations] == [("file-1", 11)]


def test_a_named_model_is_asked_for() -> None:
    model = Model()
    answer(brain(model, model="big"))

    assert model.asked[0]["model"] == "big"


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(500),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json={"choices": []}),
        httpx2.Response(200, json=[]),
    ],
)
def test_a_server_that_fails_is_an_error(response: httpx2.Response) -> None:
    with pytest.raises(BrainError, match="LOCAL_LLM_URL"):
        answer(brain(lambda _request: response, model="tiny"))


def test_its_answers_come_as_responses_do(tmp_path: Path) -> None:
    model = Model("From a real model.")
    with threaded(tmp_path, brain(model)) as url, sdk(url) as client:
        first = client.responses.create(model="gpt-6-luna", input="My name is Ada.")
        client.responses.create(
            model="gpt-6-luna", input="What is my name?", previous_response_id=first.id
        )

    assert first.output_text == "From a real model."
    assert [m["content"] for m in model.asked[1]["messages"]] == [
        "My name is Ada.",
        "From a real model.",
        "What is my name?",
    ]


def test_its_failure_is_a_failed_response(tmp_path: Path) -> None:
    dead = brain(lambda _request: httpx2.Response(503), model="tiny")
    with threaded(tmp_path, dead) as url, sdk(url) as client:
        response = client.responses.create(model="gpt-6-luna", input="Hello")

    assert response.status == "failed"
    assert response.error
    assert response.error.code == "server_error"
    assert "LOCAL_LLM_URL" in response.error.message


def sdk(url: str) -> OpenAI:
    return OpenAI(api_key="sk-remote-0123456789abcdef", base_url=f"{url}/v1", max_retries=0)
