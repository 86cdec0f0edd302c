"""Indexing as a test wants it: slow, held, failing; and objects that are gone."""

import time
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI
from openai.types.vector_stores import VectorStoreFile

from local.openai.control_client import ControlClient, fingerprint
from tests.openai_standin.conftest import NewClient
from tests.openai_standin.documents import HANDBOOK, upload
from tests.openai_standin.standin import MODEL, process


def attach(
    client: OpenAI, name: str = "handbook.txt", store_id: str | None = None
) -> VectorStoreFile:
    store_id = store_id or client.vector_stores.create().id
    return client.vector_stores.files.create(store_id, file_id=upload(client, name))


def settled(client: OpenAI, file: VectorStoreFile) -> VectorStoreFile:
    return client.vector_stores.files.poll(
        file.id, vector_store_id=file.vector_store_id, poll_interval_ms=10
    )


def now(client: OpenAI, file: VectorStoreFile) -> str:
    found = client.vector_stores.files.retrieve(file.id, vector_store_id=file.vector_store_id)
    return found.status


def test_some_files_take_their_time(client: OpenAI, control: ControlClient) -> None:
    control.index("slow*", seconds=0.6)
    started = time.monotonic()
    slow, quick = attach(client, "slow.txt"), attach(client, "quick.txt")

    assert settled(client, quick).status == "completed"
    assert now(client, slow) == "in_progress"
    assert settled(client, slow).status == "completed"
    assert time.monotonic() - started >= 0.6


def test_files_are_held_until_they_are_released(client: OpenAI, control: ControlClient) -> None:
    rule = control.index("*.md", hold=True)
    first, free = attach(client, "a.md"), attach(client, "b.txt")
    settled(client, free)
    time.sleep(0.2)
    second = attach(client, "c.md", first.vector_store_id)

    assert [now(client, file) for file in (first, second)] == ["in_progress"] * 2
    store = client.vector_stores.retrieve(first.vector_store_id)
    assert (store.status, store.file_counts.in_progress) == ("in_progress", 2)
    (described,) = control.indexing()
    assert (described["id"], described["held"]) == (rule, True)
    assert described["files"] == [first.id, second.id]

    control.go_on(rule)

    assert [settled(client, file).status for file in (first, second)] == ["completed"] * 2
    assert settled(client, attach(client, "d.md")).status == "completed"


def test_one_rule_is_released_alone(client: OpenAI, control: ControlClient) -> None:
    rule = control.index("a.*", hold=True)
    control.index("b.*", hold=True)
    one, two = attach(client, "a.txt"), attach(client, "b.txt")

    control.go_on(rule)

    assert settled(client, one).status == "completed"
    time.sleep(0.1)
    assert now(client, two) == "in_progress"
    control.reset()
    assert settled(client, two).status == "completed"
    assert control.indexing() == []


@pytest.mark.parametrize("code", ["server_error", "unsupported_file", "invalid_file"])
def test_indexing_fails_as_told(client: OpenAI, control: ControlClient, code: str) -> None:
    control.index("handbook.*", error=code, message="No.", hold=code == "server_error")
    file = attach(client)
    if code == "server_error":
        time.sleep(0.1)
        assert now(client, file) == "in_progress"
        control.go_on()

    failed = settled(client, file)

    assert failed.status == "failed"
    assert failed.last_error
    assert (failed.last_error.code, failed.last_error.message) == (code, "No.")
    assert client.vector_stores.search(file.vector_store_id, query="fee").data == []


def test_a_rule_is_for_so_many_files_of_one_store_and_key(
    client: OpenAI, new_client: NewClient, control: ControlClient, key: str
) -> None:
    store_id = client.vector_stores.create().id
    control.index(error="server_error", vector_store=store_id, count=1)
    control.index("mine.txt", error="invalid_file", key=fingerprint(key))

    assert settled(client, attach(client)).status == "completed"
    assert settled(client, attach(client, store_id=store_id)).status == "failed"
    assert settled(client, attach(client, store_id=store_id)).status == "completed"
    other = new_client()
    assert settled(other, attach(other, "mine.txt")).status == "completed"
    assert settled(client, attach(client, "mine.txt")).status == "failed"


@pytest.mark.parametrize("rule", [{}, {"error": "bad_luck"}, {"hold": True, "colour": "red"}])
def test_a_rule_that_would_do_nothing_is_refused(control: ControlClient, rule: Any) -> None:
    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        control.index(**rule)


def test_what_failed_can_be_tried_again(client: OpenAI, control: ControlClient) -> None:
    control.index(error="server_error", count=1)
    file = attach(client)
    assert settled(client, file).status == "failed"

    again = client.vector_stores.files.create(file.vector_store_id, file_id=file.id)

    assert again.status == "in_progress"
    assert settled(client, again).status == "completed"


def test_what_is_there_already_is_not_indexed_again(client: OpenAI, control: ControlClient) -> None:
    control.index(hold=True)
    file = attach(client)
    again = client.vector_stores.files.create(
        file.vector_store_id, file_id=file.id, attributes={"year": 2026}
    )
    assert (again.status, len(control.indexing()[0]["files"])) == ("in_progress", 1)
    control.go_on()
    assert settled(client, file).attributes == {"year": 2026}

    control.index(hold=True)
    assert (
        client.vector_stores.files.create(file.vector_store_id, file_id=file.id).status
        == "completed"
    )
    batch = client.vector_stores.file_batches.create(file.vector_store_id, file_ids=[file.id])
    assert (batch.status, batch.file_counts.completed) == ("completed", 1)


def test_a_vector_store_vanishes_and_its_files_stay(client: OpenAI, control: ControlClient) -> None:
    file = settled(client, attach(client))
    store_id = file.vector_store_id

    control.vanish(store_id)

    for call in (
        lambda: client.vector_stores.retrieve(store_id),
        lambda: client.vector_stores.files.retrieve(file.id, vector_store_id=store_id),
        lambda: client.vector_stores.files.create(store_id, file_id=file.id),
        lambda: client.vector_stores.search(store_id, query="fee"),
        lambda: client.vector_stores.delete(store_id),
        lambda: client.responses.create(
            model=MODEL,
            input="fee?",
            tools=[{"type": "file_search", "vector_store_ids": [store_id]}],
        ),
    ):
        with pytest.raises(openai.NotFoundError, match="Vector store with id") as refusal:
            call()
        assert refusal.value.code is None
    assert client.files.retrieve(file.id).bytes == len(HANDBOOK)
    with pytest.raises(httpx2.HTTPStatusError, match="404"):
        control.vanish(store_id)


def test_a_file_vanishes_from_its_stores_as_well(client: OpenAI, control: ControlClient) -> None:
    file = settled(client, attach(client))

    control.vanish(file.id)

    with pytest.raises(openai.NotFoundError, match="No such File object"):
        client.vector_stores.files.create(file.vector_store_id, file_id=file.id)
    assert client.vector_stores.retrieve(file.vector_store_id).file_counts.total == 0
    assert client.vector_stores.search(file.vector_store_id, query="fee").data == []


def test_what_is_deleted_while_it_is_indexed_leaves_nothing(
    client: OpenAI, control: ControlClient, key: str
) -> None:
    control.index(hold=True)
    file, other = attach(client), attach(client, "other.txt")
    client.files.delete(file.id)
    client.vector_stores.delete(other.vector_store_id)

    control.go_on()
    time.sleep(0.2)

    kept = {(found["object"], found["id"]) for found in control.objects(key)}
    assert kept == {("vector_store", file.vector_store_id), ("file", other.id)}
    assert client.vector_stores.search(file.vector_store_id, query="fee").data == []


def test_a_deleted_file_is_gone_from_every_store_and_answer(client: OpenAI) -> None:
    file = settled(client, attach(client))
    second = client.vector_stores.create(file_ids=[file.id])
    settled(client, client.vector_stores.files.retrieve(file.id, vector_store_id=second.id))
    stores = [file.vector_store_id, second.id]
    asked: Any = {
        "model": MODEL,
        "input": "How much is the annual fee?",
        "tools": [{"type": "file_search", "vector_store_ids": stores}],
    }
    assert "120 euros" in client.responses.create(**asked).output_text

    client.files.delete(file.id)

    assert "120 euros" not in client.responses.create(**asked).output_text
    assert [client.vector_stores.retrieve(s).file_counts.total for s in stores] == [0, 0]
    assert all(client.vector_stores.search(s, query="fee").data == [] for s in stores)


def test_what_is_held_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with (
        process(tmp_path) as running,
        ControlClient(running.url) as control,
        OpenAI(api_key="sk-proj-" + "h" * 20, base_url=f"{running.url}/v1") as client,
    ):
        control.index(hold=True)
        attach(client)
        running.child.terminate()
        assert running.child.wait(timeout=5) in {0, -15}
