"""Streams: every event as OpenAI describes it, numbered, resumable."""

import json
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.description import check_event

MODEL = "gpt-6-luna"
Json = dict[str, Any]


def events_of(http: httpx2.Client, method: str, path: str, **options: Any) -> list[Json]:
    """The raw events of a stream, each held against OpenAI's description."""
    answer = http.request(method, path, **options)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.split("\n\n")[:-1]:
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        check_event(event)
        events.append(event)
    return events


def test_the_events_come_in_openai_s_order(http: httpx2.Client, client: OpenAI) -> None:
    body = {"model": MODEL, "input": "My name is Ada.", "stream": True}
    events = events_of(http, "POST", "/v1/responses", json=body)

    types = list(dict.fromkeys(event["type"] for event in events))
    assert types == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    final = events[-1]["response"]
    assert final == client.responses.retrieve(final["id"]).to_dict()
    text = "".join(event.get("delta", "") for event in events)
    assert text == final["output"][0]["content"][0]["text"]


def test_file_search_and_citations_are_streamed(http: httpx2.Client, client: OpenAI) -> None:
    file = client.files.create(file=("fee.txt", b"The fee is 5 euros."), purpose="assistants")
    store = client.vector_stores.create()
    client.vector_stores.files.create_and_poll(
        file.id, vector_store_id=store.id, poll_interval_ms=9
    )

    body = {
        "model": MODEL,
        "input": "What is the fee?",
        "stream": True,
        "background": True,
        "tools": [{"type": "file_search", "vector_store_ids": [store.id]}],
        "include": ["file_search_call.results"],
    }
    events = events_of(http, "POST", "/v1/responses", json=body)

    types = [event["type"] for event in events]
    assert types[:3] == ["response.created", "response.queued", "response.in_progress"]
    assert [kind for kind in types if "file_search" in kind] == [
        "response.file_search_call.in_progress",
        "response.file_search_call.searching",
        "response.file_search_call.completed",
    ]
    annotation = next(e for e in events if e["type"].endswith("annotation.added"))["annotation"]
    assert (annotation["file_id"], annotation["filename"]) == (file.id, "fee.txt")


def test_function_calls_are_streamed(http: httpx2.Client, control: ControlClient) -> None:
    control.plan(function_calls=[{"name": "weather", "arguments": "{}"}])

    body = {"model": MODEL, "input": "Weather?", "stream": True}
    events = events_of(http, "POST", "/v1/responses", json=body)

    assert "response.function_call_arguments.done" in [event["type"] for event in events]


def test_a_stream_goes_on_after_a_number(http: httpx2.Client) -> None:
    body = {"model": MODEL, "input": "Hello", "stream": True, "background": True}
    whole = events_of(http, "POST", "/v1/responses", json=body)
    path = f"/v1/responses/{whole[0]['response']['id']}"

    rest = events_of(http, "GET", path, params={"stream": "true", "starting_after": "7"})
    again = events_of(http, "GET", path, params={"stream": "true"})

    assert rest == whole[8:]
    assert again == whole


def test_the_sdk_follows_a_stream_while_it_runs(client: OpenAI, control: ControlClient) -> None:
    control.plan("Done.", hold=True)
    stream = client.responses.create(model=MODEL, input="Hello", stream=True, background=True)

    seen = []
    for event in stream:
        seen.append(event.type)
        if event.type == "response.in_progress":
            control.release(event.response.id)

    assert seen[:3] == ["response.created", "response.queued", "response.in_progress"]
    assert seen[-1] == "response.completed"


@pytest.mark.parametrize("status", ["failed", "incomplete"])
def test_a_stream_tells_of_a_bad_end(
    http: httpx2.Client, control: ControlClient, status: str
) -> None:
    control.plan("Never mind.", status=status)

    body = {"model": MODEL, "input": "Hello", "stream": True}
    events = events_of(http, "POST", "/v1/responses", json=body)

    assert events[-1]["type"] == f"response.{status}"


def test_a_cancelled_stream_just_stops(client: OpenAI, control: ControlClient) -> None:
    control.plan(hold=True)
    stream = client.responses.create(model=MODEL, input="Hello", stream=True, background=True)

    seen = []
    for event in stream:
        seen.append(event.type)
        if event.type == "response.in_progress":
            client.responses.cancel(event.response.id)

    assert seen == ["response.created", "response.queued", "response.in_progress"]


def test_only_what_was_created_as_a_stream_can_be_followed(client: OpenAI) -> None:
    response = client.responses.create(model=MODEL, input="Hello", background=True)

    with pytest.raises(openai.BadRequestError, match="not created with stream=true"):
        client.responses.retrieve(response.id, stream=True)
