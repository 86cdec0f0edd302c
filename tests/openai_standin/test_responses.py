"""`/v1/responses` in the foreground: conversation, items, refusals."""

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient

MODEL = "gpt-6-luna"
URL = "/v1/responses"


def test_a_conversation_has_memory(client: OpenAI) -> None:
    first = client.responses.create(model=MODEL, input="Hello! My name is Ada and I like tea.")
    second = client.responses.create(
        model=MODEL, input="I live in Oslo.", previous_response_id=first.id
    )
    third = client.responses.create(
        model=MODEL, input="What is my name?", previous_response_id=second.id
    )

    assert third.output_text.startswith("Your name is Ada and you like tea.")
    assert "local demo model" in third.output_text
    alone = client.responses.create(model=MODEL, input="What is my name?")
    assert "Ada" not in alone.output_text


def test_a_conversation_rebuilt_from_messages_has_it_too(client: OpenAI) -> None:
    answer = client.responses.create(
        model=MODEL,
        input=[
            {"role": "user", "content": "My name is Grace."},
            {"role": "assistant", "content": "Noted."},
            {"role": "user", "content": [{"type": "input_text", "text": "What is my name?"}]},
        ],
    )

    assert answer.output_text.startswith("Your name is Grace.")


def test_the_object_echoes_what_was_asked(client: OpenAI) -> None:
    created = client.responses.create(
        model=MODEL,
        instructions="You are a tutor.",
        input="Hello",
        metadata={"run_id": "run_1"},
        truncation="auto",
        prompt_cache_key="asst_1",
        safety_identifier="hash",
        reasoning={"effort": "max"},
        tools=[
            {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": False},
            {"type": "code_interpreter", "container": {"type": "auto"}},
            {"type": "web_search"},
        ],
    )

    stored = client.responses.retrieve(created.id)
    assert stored == created
    assert (stored.status, stored.metadata) == ("completed", {"run_id": "run_1"})
    assert stored.completed_at
    assert stored.usage
    assert stored.usage.total_tokens == stored.usage.input_tokens + stored.usage.output_tokens > 0
    assert [tool.type for tool in stored.tools] == ["function", "code_interpreter", "web_search"]
    assert "You are a tutor." in stored.output_text


def test_input_items_are_listed_in_pages(client: OpenAI) -> None:
    texts = [f"Fact {n} is true." for n in range(5)]
    response = client.responses.create(
        model=MODEL, input=[{"role": "user", "content": text} for text in texts]
    )

    newest_first = list(client.responses.input_items.list(response.id, limit=2))
    oldest_first = list(client.responses.input_items.list(response.id, limit=3, order="asc"))

    assert [item.to_dict()["content"] for item in oldest_first] == [
        [{"type": "input_text", "text": text}] for text in texts
    ]
    assert [item.id for item in newest_first] == [item.id for item in reversed(oldest_first)]
    with pytest.raises(openai.BadRequestError):
        client.responses.input_items.list(response.id, after="msg_unknown")


def test_a_deleted_response_is_gone(client: OpenAI, http: httpx2.Client) -> None:
    response = client.responses.create(model=MODEL, input="Hello")

    answer = http.delete(f"{URL}/{response.id}").json()

    assert answer == {"id": response.id, "object": "response", "deleted": True}
    with pytest.raises(openai.NotFoundError):
        client.responses.delete(response.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model=MODEL, input="And?", previous_response_id=response.id)
    assert (caught.value.code, caught.value.param) == (
        "previous_response_not_found",
        "previous_response_id",
    )


def test_what_is_not_stored_cannot_be_found(client: OpenAI) -> None:
    response = client.responses.create(model=MODEL, input="Hello", store=False)

    assert response.output_text
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_too_few_output_tokens_make_it_incomplete(client: OpenAI) -> None:
    response = client.responses.create(model=MODEL, input="Hello", max_output_tokens=16)

    assert response.status == "incomplete"
    assert response.incomplete_details
    assert response.incomplete_details.reason == "max_output_tokens"
    assert len(response.output_text) == 64


def test_a_function_call_waits_for_its_output(client: OpenAI, control: ControlClient) -> None:
    control.plan(function_calls=[{"name": "weather", "arguments": '{"city":"Oslo"}'}])
    asked = client.responses.create(model=MODEL, input="What is the weather like?")
    call = asked.output[0]
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("weather", '{"city":"Oslo"}')

    with pytest.raises(openai.BadRequestError, match=f"No tool output found .* {call.call_id}"):
        client.responses.create(model=MODEL, input="Well?", previous_response_id=asked.id)
    answered = client.responses.create(
        model=MODEL,
        previous_response_id=asked.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "Rain."}],
    )

    assert answered.status == "completed"


def test_nul_characters_and_emoji_are_text(client: OpenAI) -> None:
    first = client.responses.create(model=MODEL, input="My name is Ada\x00 🦉.")
    answer = client.responses.create(
        model=MODEL, input="What is my name?", previous_response_id=first.id
    )

    assert "Ada\x00 🦉" in answer.output_text
