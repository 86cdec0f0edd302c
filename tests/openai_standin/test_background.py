"""Background responses: queued, in progress, done, cancelled."""

import time

import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, create, ended


def test_a_background_response_ends_in_no_time(client: OpenAI) -> None:
    created = create(client, "My name is Ada.", background=True)

    assert (created.status, created.output, created.usage) == ("queued", [], None)
    response = ended(client, created.id)
    assert response.status == "completed"
    assert response.completed_at
    assert response.completed_at - response.created_at <= 1
    assert response.output_text.startswith("Noted: your name is Ada.")


def test_it_is_seen_queued_then_in_progress(client: OpenAI, control: ControlClient) -> None:
    control.configure(response_seconds=1.0)
    created = create(client, background=True)

    seen: list[str] = []
    while not seen or seen[-1] != "completed":
        status = client.responses.retrieve(created.id).status
        assert status is not None
        seen.append(status)
        time.sleep(0.01)

    assert list(dict.fromkeys(seen)) == ["queued", "in_progress", "completed"]


def test_one_response_can_be_made_slow(client: OpenAI, control: ControlClient) -> None:
    control.plan(seconds=90, contains="slowly")
    slow, quick = (
        create(client, "Think slowly.", background=True),
        create(client, "Hello", background=True),
    )

    assert ended(client, quick.id).status == "completed"
    assert client.responses.retrieve(slow.id).status in {"queued", "in_progress"}


def test_a_held_response_ends_when_released(client: OpenAI, control: ControlClient) -> None:
    control.plan(hold=True)
    response = create(client, background=True)
    time.sleep(0.1)
    assert client.responses.retrieve(response.id).status == "in_progress"

    control.release(response.id)

    assert ended(client, response.id).status == "completed"


def test_a_release_can_decide_the_ending(client: OpenAI, control: ControlClient) -> None:
    control.configure(hold=True)
    response = create(client, background=True)

    control.release(response.id, status="failed", error={"code": "rate_limit_exceeded"})

    failed = ended(client, response.id)
    assert failed.status == "failed"
    assert failed.error
    assert failed.error.code == "rate_limit_exceeded"


def test_a_running_response_can_be_held(client: OpenAI, control: ControlClient) -> None:
    control.configure(response_seconds=0.3)
    response = create(client, background=True)

    control.hold(response.id)

    time.sleep(0.5)
    assert client.responses.retrieve(response.id).status == "in_progress"


def test_a_cancelled_response_stays_cancelled(client: OpenAI, control: ControlClient) -> None:
    control.plan(hold=True)
    response = create(client, background=True)

    assert client.responses.cancel(response.id).status == "cancelled"
    assert client.responses.cancel(response.id).status == "cancelled"
    assert client.responses.retrieve(response.id).output == []


def test_a_cancel_that_comes_too_late_answers_the_end(client: OpenAI) -> None:
    response = ended(client, create(client, background=True).id)

    assert client.responses.cancel(response.id) == response


def test_only_background_responses_can_be_cancelled(client: OpenAI) -> None:
    response = client.responses.create(model=MODEL, input="Hello")

    with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
        client.responses.cancel(response.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.cancel("resp_unknown")


def test_a_deleted_response_is_not_finished(client: OpenAI, control: ControlClient) -> None:
    control.configure(response_seconds=0.2)
    response = create(client, background=True)

    client.responses.delete(response.id)

    time.sleep(0.3)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_nothing_follows_a_response_that_still_runs(client: OpenAI, control: ControlClient) -> None:
    control.plan(hold=True)
    response = create(client, background=True)

    with pytest.raises(openai.BadRequestError, match="still running"):
        client.responses.create(model=MODEL, input="And?", previous_response_id=response.id)
