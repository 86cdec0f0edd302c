"""The journal, the inventory, the reset."""

from pathlib import Path

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient, fingerprint
from tests.openai_standin.conftest import NewClient
from tests.openai_standin.standin import create, ended, threaded

MODEL = "gpt-6-luna"


def test_the_journal_tells_what_was_asked_with_whose_key(
    client: OpenAI, new_client: NewClient, control: ControlClient, http: httpx2.Client, key: str
) -> None:
    first = client.responses.create(model=MODEL, input="Hello", metadata={"run": "1"})
    new_client().models.list()
    client.responses.retrieve(first.id, include=["file_search_call.results"])

    post, models, get = control.journal()

    assert (post.method, post.path, post.status) == ("POST", "/v1/responses", 200)
    assert post.body == {"model": MODEL, "input": "Hello", "metadata": {"run": "1"}}
    assert post.key == get.key == fingerprint(key) != models.key
    assert get.path == f"/v1/responses/{first.id}"
    assert "file_search_call.results" in get.query
    assert [post.sequence, models.sequence, get.sequence] == [1, 2, 3] or post.sequence > 1
    assert key not in http.get("/_control/journal").text


def test_the_journal_knows_uploads_and_refusals(
    client: OpenAI, control: ControlClient, http: httpx2.Client
) -> None:
    client.files.create(file=("a.txt", b"12345"), purpose="assistants")
    http.get("/v1/files", headers={"authorization": ""})
    http.post("/v1/responses", content=b"{no", headers={"content-type": "application/json"})

    upload, refused, malformed = control.journal()

    assert upload.body == {"purpose": "assistants", "filename": "a.txt", "bytes": 5}
    assert (refused.key, refused.status) == ("", 401)
    assert (malformed.body, malformed.status) == ("{no", 400)


def test_the_journal_can_be_asked_for_one_kind_of_call(
    client: OpenAI, control: ControlClient
) -> None:
    client.models.list()
    client.models.retrieve(MODEL)
    client.responses.create(model=MODEL, input="Hello")

    assert [call.path for call in control.journal("GET")] == ["/v1/models", f"/v1/models/{MODEL}"]
    assert len(control.journal("GET", "/v1/models")) == 1
    assert control.journal("DELETE") == []


def test_the_inventory_lists_one_key_s_objects(
    client: OpenAI, new_client: NewClient, control: ControlClient, key: str
) -> None:
    file = client.files.create(file=("a.txt", b"text"), purpose="assistants")
    store = client.vector_stores.create(file_ids=[file.id])
    new_client().vector_stores.create()

    found = {(item["object"], item["id"], item["parent"]) for item in control.objects(key)}

    assert found == {
        ("file", file.id, ""),
        ("vector_store", store.id, ""),
        ("vector_store.file", file.id, store.id),
    }
    client.files.delete(file.id)
    client.vector_stores.delete(store.id)
    assert control.objects(key) == []
    assert control.objects()


def test_a_reset_forgets_rules_plans_settings_and_calls(
    client: OpenAI, control: ControlClient
) -> None:
    control.fail(500)
    control.plan("Scripted.")
    control.configure(response_seconds=60, hold=True)
    client.models.list()

    control.reset()

    assert (control.faults(), control.journal()) == ([], [])
    response = client.responses.create(model=MODEL, input="Hello")
    assert "Scripted" not in response.output_text
    assert control.configure()["response_seconds"] < 1


def test_a_response_that_has_ended_can_no_longer_be_held(
    client: OpenAI, control: ControlClient
) -> None:
    response = client.responses.create(model=MODEL, input="Hello")

    for call in (control.hold, control.release):
        with pytest.raises(httpx2.HTTPStatusError, match="400"):
            call(response.id)
    with pytest.raises(httpx2.HTTPStatusError, match="404"):
        control.hold("resp_unknown")


def test_a_reset_can_take_every_object_along(tmp_path: Path, key: str) -> None:
    with (
        threaded(tmp_path) as url,
        ControlClient(url) as control,
        OpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0) as client,
    ):
        control.plan(hold=True)
        running = create(client, background=True)
        file = client.files.create(file=("a.txt", b"text"), purpose="user_data")
        client.vector_stores.create(file_ids=[file.id])

        control.reset(objects=True)

        assert control.objects() == []
        for call in (
            lambda: client.responses.retrieve(running.id),
            lambda: client.files.content(file.id),
        ):
            with pytest.raises(openai.NotFoundError):
                call()
        assert ended(client, create(client, background=True).id).status == "completed"
