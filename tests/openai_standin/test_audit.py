"""The audit: which calls each run made, with whose key, and what is left of it."""

from pathlib import Path

import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient, fingerprint
from tests.openai_standin.conftest import NewClient
from tests.openai_standin.standin import MODEL, ended, free_port, process


def begin(client: OpenAI, run: str, text: str = "Hello") -> str:
    """Start work for a run; answers the response's id."""
    response = client.responses.create(
        model=MODEL, input=text, background=True, metadata={"run_id": run, "attempt": "1"}
    )
    return response.id


def test_every_call_of_a_run_is_counted(
    client: OpenAI, control: ControlClient, key: str, new_client: NewClient
) -> None:
    first = begin(client, "run_1")
    second = begin(client, "run_1")
    begin(new_client(), "run_2")
    ended(client, first)
    client.responses.cancel(second)
    client.responses.delete(second)
    client.responses.create(model=MODEL, input="Hello")

    runs = control.audit()["runs"]

    retrieves = len(control.journal("GET", f"/v1/responses/{first}"))
    assert set(runs) == {"run_1", "run_2"}
    assert runs["run_1"] == {
        "creates": 2,
        "retrieves": retrieves,
        "cancels": 1,
        "deletes": 1,
        "keys": [fingerprint(key)],
        "responses": [first, second],
    }
    assert retrieves > 0


def test_a_create_that_made_nothing_is_counted_too(client: OpenAI, control: ControlClient) -> None:
    control.fail(500)

    with pytest.raises(openai.InternalServerError):
        begin(client, "run_1")

    trail = control.audit()["runs"]["run_1"]
    assert (trail["creates"], trail["responses"]) == (1, [])


def test_a_strange_key_is_noticed(
    client: OpenAI, control: ControlClient, new_client: NewClient
) -> None:
    response_id = begin(client, "run_1")
    stranger = new_client()

    with pytest.raises(openai.NotFoundError):
        stranger.responses.retrieve(response_id)

    assert len(control.audit()["runs"]["run_1"]["keys"]) == 2


def test_what_is_left_is_listed_with_its_run(
    client: OpenAI, control: ControlClient, key: str
) -> None:
    control.plan(hold=True)
    held = begin(client, "run_1")
    done = begin(client, "run_2")
    gone = begin(client, "run_3")
    ended(client, done)
    client.responses.delete(gone)

    mine = [left for left in control.audit()["remaining"] if left["project"] == fingerprint(key)]

    statuses = {left["id"]: (left["run"], left["status"]) for left in mine}
    assert statuses.pop(held)[0] == "run_1"
    assert statuses == {done: ("run_2", "completed")}


def test_a_reset_begins_new_trails_but_knows_the_responses(
    client: OpenAI, control: ControlClient
) -> None:
    response_id = begin(client, "run_1")

    control.reset()
    assert control.audit()["runs"] == {}
    client.responses.retrieve(response_id)

    assert control.audit()["runs"]["run_1"]["retrieves"] == 1


def test_a_rule_can_be_for_one_run_or_one_question(client: OpenAI, control: ControlClient) -> None:
    first, second = begin(client, "run_1", "What is red?"), begin(client, "run_2", "What is blue?")
    control.lose(run="run_1")
    control.lose(contains="blue")

    for response_id in (second, first):
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(response_id)
        assert client.responses.retrieve(response_id).id == response_id
    assert [call.run for call in control.journal("GET")] == ["run_2", "run_2", "run_1", "run_1"]


def test_the_runs_of_responses_are_known_after_a_restart(tmp_path: Path, key: str) -> None:
    port = free_port()
    with process(tmp_path, port=port) as running, sdk(running.url, key) as client:
        response_id = begin(client, "run_1")
        running.child.kill()
        running.child.wait()

    with (
        process(tmp_path, port=port) as running,
        sdk(running.url, key) as client,
        ControlClient(running.url) as control,
    ):
        ended(client, response_id)
        assert control.audit()["runs"]["run_1"]["retrieves"] > 0
        assert [left["run"] for left in control.audit()["remaining"]] == ["run_1"]


def sdk(url: str, key: str) -> OpenAI:
    return OpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0)
