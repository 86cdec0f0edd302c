"""Streams spoiled on their way: the response was made, and goes on."""

import json
import time
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, ended, made

BODY = {"model": MODEL, "input": "Hello", "stream": True, "background": True}


@pytest.fixture
def held(control: ControlClient) -> ControlClient:
    """A stream that tells nothing after its beginning: no fault may wait for its end."""
    control.configure(hold=True)
    return control


def goes_on(client: OpenAI, control: ControlClient, key: str) -> None:
    """Check that one response was made, and let it end."""
    assert made(control, key) == 1
    response_id = control.objects(key)[0]["id"]
    control.release(response_id, text="Done.")
    assert ended(client, response_id).output_text == "Done."


def test_a_cut_after_the_work_began(
    http: httpx2.Client, client: OpenAI, held: ControlClient, key: str
) -> None:
    held.drop_after()

    with pytest.raises(httpx2.RemoteProtocolError):
        http.post("/v1/responses", json=BODY)

    assert held.journal("POST")[0].status is None
    goes_on(client, held, key)


def test_an_error_after_the_work_began(
    http: httpx2.Client, client: OpenAI, held: ControlClient, key: str
) -> None:
    held.fail(500, moment="after")

    assert http.post("/v1/responses", json=BODY).status_code == 500
    goes_on(client, held, key)


@pytest.mark.parametrize(
    ("how", "raised"),
    [
        ("truncated", httpx2.RemoteProtocolError),
        ("stalled", httpx2.ReadTimeout),
    ],
)
def test_half_an_event(
    http: httpx2.Client,
    client: OpenAI,
    held: ControlClient,
    key: str,
    how: str,
    raised: type[Exception],
) -> None:
    held.damage(how)

    with http.stream("POST", "/v1/responses", json=BODY, timeout=0.3) as answer:
        chunks = answer.iter_bytes()
        part = next(chunks)
        with pytest.raises(raised):
            next(chunks)

    assert part.startswith(b"event: response.created\ndata: {")
    assert b"\n\n" not in part
    goes_on(client, held, key)


@pytest.mark.parametrize("how", ["malformed", "empty"])
def test_an_event_that_is_no_json(
    http: httpx2.Client, client: OpenAI, held: ControlClient, key: str, how: str
) -> None:
    held.damage(how)

    answer = http.post("/v1/responses", json=BODY)

    assert answer.status_code == 200
    if how == "empty":
        assert answer.content == b""
    else:
        (event, rest) = answer.text.split("\n\n")
        assert rest == ""
        with pytest.raises(json.JSONDecodeError):
            json.loads(event.partition("data: ")[2])
    goes_on(client, held, key)


def test_an_unknown_status_in_every_event(http: httpx2.Client, control: ControlClient) -> None:
    control.patch({"status": "paused"}, delay=0.3)

    began = time.monotonic()
    events = http.post("/v1/responses", json=BODY).text.split("\n\n")[:-1]

    assert time.monotonic() - began >= 0.3
    bodies: list[dict[str, Any]] = [json.loads(event.partition("data: ")[2]) for event in events]
    statuses = {body["response"]["status"] for body in bodies if "response" in body}
    assert statuses == {"paused"}
    assert bodies[-1]["type"] == "response.completed"


def test_a_stream_can_be_ignored(http: httpx2.Client, control: ControlClient) -> None:
    control.configure(ignores_streams=True)

    answer = http.post("/v1/responses", json=BODY)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["status"] == "queued"


def test_a_long_answer_comes_in_few_events(http: httpx2.Client, control: ControlClient) -> None:
    control.plan("x", size=2**20, seconds=0)

    events = http.post("/v1/responses", json=BODY).text.split("\n\n")[:-1]

    bodies = [json.loads(event.partition("data: ")[2]) for event in events]
    deltas = [body["delta"] for body in bodies if body["type"] == "response.output_text.delta"]
    assert 100 < len(deltas) <= 500
    assert len("".join(deltas)) == 2**20


def test_the_event_of_the_end_is_sent_to_who_is_left(
    http: httpx2.Client, client: OpenAI, held: ControlClient, key: str
) -> None:
    with http.stream("POST", "/v1/responses", json=BODY) as left:
        next(left.iter_bytes())

    goes_on(client, held, key)
