"""Answers spoiled on their way: the work was done, the body says otherwise."""

import json
import time

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, create, made

BODY = {"model": MODEL, "input": "Hello"}


@pytest.mark.parametrize("how", ["malformed", "empty"])
def test_a_body_that_is_no_json(
    http: httpx2.Client, control: ControlClient, key: str, how: str
) -> None:
    control.damage(how)

    answer = http.post("/v1/responses", json=BODY)

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert made(control, key) == 1


def test_a_body_cut_short(http: httpx2.Client, control: ControlClient) -> None:
    control.damage("truncated")

    with pytest.raises(httpx2.RemoteProtocolError):
        http.post("/v1/responses", json=BODY)


def test_a_body_that_stalls(http: httpx2.Client, control: ControlClient) -> None:
    control.damage("stalled")

    with pytest.raises(httpx2.ReadTimeout):
        http.post("/v1/responses", json=BODY, timeout=0.3)


def test_html_from_a_proxy(unchecked: OpenAI, http: httpx2.Client, control: ControlClient) -> None:
    control.html_502(count=2)

    with pytest.raises(openai.InternalServerError) as caught:
        create(unchecked)
    answer = http.post("/v1/responses", json=BODY)

    assert caught.value.code is None
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert answer.text.startswith("<html>")


def test_a_redirect(http: httpx2.Client, control: ControlClient) -> None:
    control.redirect("http://127.0.0.1:1/elsewhere")

    answer = http.post("/v1/responses", json=BODY)

    assert answer.status_code == 307
    assert answer.headers["location"] == "http://127.0.0.1:1/elsewhere"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_slow_answer(client: OpenAI, control: ControlClient, moment: str) -> None:
    control.slow(0.3, moment=moment)

    started = time.monotonic()
    response = create(client)

    assert response.status == "completed"
    assert time.monotonic() - started >= 0.3


def test_an_unknown_status_and_a_wrong_id(unchecked: OpenAI, control: ControlClient) -> None:
    response = create(unchecked)
    polls = {"path": "/v1/responses/*", "method": "GET"}
    control.patch({"status": "paused"}, **polls)
    control.patch({"id": "resp_of_somebody_else"}, **polls)

    paused = unchecked.responses.retrieve(response.id)
    wrong = unchecked.responses.retrieve(response.id)

    assert (paused.status, wrong.id) == ("paused", "resp_of_somebody_else")
    assert unchecked.responses.retrieve(response.id) == response


def test_a_poll_that_finds_nothing(client: OpenAI, control: ControlClient) -> None:
    response = create(client, background=True)
    control.lose(count=2)

    for _ in range(2):
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(response.id)
    assert client.responses.retrieve(response.id).id == response.id


def test_a_stream_that_ends_too_early(unchecked: OpenAI, control: ControlClient) -> None:
    control.cut_stream(5)

    types = [event.type for event in create(unchecked, stream=True)]  # type: ignore[attr-defined]

    assert len(types) == 5
    assert "response.completed" not in types


def test_a_stream_that_is_cut(http: httpx2.Client, control: ControlClient) -> None:
    control.cut_stream(5, drop=True)

    with pytest.raises(httpx2.RemoteProtocolError):
        http.post("/v1/responses", json={**BODY, "stream": True})
