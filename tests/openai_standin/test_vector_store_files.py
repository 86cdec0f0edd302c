"""`/v1/vector_stores/{id}/files` and `/file_batches`."""

import time

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.documents import HANDBOOK, indexed, upload


def test_a_file_is_indexed_in_the_background(client: OpenAI, control: ControlClient) -> None:
    control.configure(indexing_seconds=0.3)
    store = client.vector_stores.create()

    attached = client.vector_stores.files.create(
        store.id, file_id=upload(client), attributes={"year": 2026, "kind": "rules"}
    )

    assert attached.status == "in_progress"
    assert client.vector_stores.retrieve(store.id).file_counts.in_progress == 1
    done = client.vector_stores.files.poll(
        attached.id, vector_store_id=store.id, poll_interval_ms=10
    )
    assert (done.status, done.usage_bytes) == ("completed", len(HANDBOOK))
    assert done.attributes == {"year": 2026, "kind": "rules"}
    counts = client.vector_stores.retrieve(store.id).file_counts
    assert (counts.completed, counts.in_progress) == (1, 0)
    (page,) = client.vector_stores.files.content(attached.id, vector_store_id=store.id)
    assert page.text == HANDBOOK.decode()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("table.xlsx", b"PK", "unsupported_file"),
        ("broken.pdf", b"%PDF-1.4 nothing", "invalid_file"),
        ("latin.txt", b"Caf\xe9", "invalid_file"),
        ("blank.txt", b"   \n", "invalid_file"),
    ],
)
def test_a_file_that_cannot_be_read_fails(
    client: OpenAI, name: str, content: bytes, code: str
) -> None:
    store = client.vector_stores.create()
    file = client.vector_stores.files.create_and_poll(
        upload(client, name, content), vector_store_id=store.id, poll_interval_ms=10
    )

    assert file.status == "failed"
    assert file.last_error
    assert file.last_error.code == code
    assert client.vector_stores.retrieve(store.id).file_counts.failed == 1


def test_a_file_can_be_taken_out_again(client: OpenAI) -> None:
    store_id = indexed(client, "a.txt")
    (file,) = client.vector_stores.files.list(store_id)

    assert client.vector_stores.files.delete(file.id, vector_store_id=store_id).deleted

    assert client.vector_stores.search(store_id, query="annual fee").data == []
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.files.retrieve(file.id, vector_store_id=store_id)
    assert client.files.retrieve(file.id).id == file.id


def test_attributes_can_be_changed(client: OpenAI) -> None:
    store_id = indexed(client, "a.txt")
    (file,) = client.vector_stores.files.list(store_id)

    changed = client.vector_stores.files.update(
        file.id, vector_store_id=store_id, attributes={"kind": "rules"}
    )

    assert changed.attributes == {"kind": "rules"}
    condition = {"type": "eq", "key": "kind", "value": "rules"}
    hits = client.vector_stores.search(store_id, query="fee", filters=condition)  # type: ignore[arg-type]
    assert len(hits.data) == 1


def test_a_batch_takes_files_with_their_own_attributes(client: OpenAI) -> None:
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create(
        store.id,
        files=[
            {"file_id": upload(client, "a.txt"), "attributes": {"n": 1}},
            {"file_id": upload(client, "b.bin"), "attributes": {"n": 2}},
        ],
    )
    done = client.vector_stores.file_batches.poll(
        batch.id, vector_store_id=store.id, poll_interval_ms=10
    )

    assert (done.file_counts.completed, done.file_counts.failed) == (1, 1)
    (failed,) = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store.id, filter="failed"
    )
    assert failed.attributes == {"n": 2}


def test_a_batch_can_be_cancelled(client: OpenAI, control: ControlClient) -> None:
    control.configure(indexing_seconds=0.3)
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[upload(client)])

    cancelled = client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)

    assert (cancelled.status, cancelled.file_counts.cancelled) == ("cancelled", 1)
    time.sleep(0.5)
    assert client.vector_stores.retrieve(store.id).file_counts.cancelled == 1
    assert client.vector_stores.search(store.id, query="fee").data == []


def test_a_batch_names_its_files_in_one_way(client: OpenAI, http: httpx2.Client) -> None:
    store = client.vector_stores.create()
    path = f"/v1/vector_stores/{store.id}/file_batches"

    for body in ({}, {"file_ids": ["file-a"], "files": [{"file_id": "file-a"}]}):
        assert http.post(path, json=body).status_code == 400
    assert http.post(path, json={"file_ids": ["file-unknown"]}).status_code == 404
