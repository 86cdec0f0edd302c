"""`/v1/vector_stores` and their search."""

import time

import openai
import pytest
from openai import OpenAI

from local.openai.wire import objects
from tests.openai_standin.documents import HANDBOOK, indexed, pdf, upload


def test_a_store_is_created_changed_and_deleted(client: OpenAI) -> None:
    store = client.vector_stores.create(
        name="kb", metadata={"a": "1"}, expires_after={"anchor": "last_active_at", "days": 7}
    )
    assert (store.name, store.status, store.file_counts.total) == ("kb", "completed", 0)
    assert store.expires_at
    assert abs(store.expires_at - time.time() - 7 * 86_400) < 5

    changed = client.vector_stores.update(store.id, name="new", metadata={"b": "2"})
    assert (changed.name, changed.metadata) == ("new", {"b": "2"})
    assert client.vector_stores.retrieve(store.id) == changed

    assert client.vector_stores.delete(store.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.retrieve(store.id)


def test_stores_are_listed_in_pages_both_ways(client: OpenAI) -> None:
    ids = [client.vector_stores.create(name=str(n)).id for n in range(5)]

    assert [store.id for store in client.vector_stores.list(limit=2)] == ids[::-1]
    before = client.vector_stores.list(limit=2, before=ids[1])
    assert [store.id for store in before.data] == [ids[3], ids[2]]
    assert before.has_more


def test_search_finds_the_passage(client: OpenAI) -> None:
    store_id = indexed(client, "handbook.txt")

    (hit,) = client.vector_stores.search(store_id, query="What is the annual fee?").data

    assert (hit.filename, hit.content[0].text) == ("handbook.txt", HANDBOOK.decode())
    assert 0 < hit.score <= 1
    assert client.vector_stores.search(store_id, query="zebra").data == []


def test_a_pdf_is_read(client: OpenAI) -> None:
    store = client.vector_stores.create()
    file_id = upload(client, "club.pdf", pdf("The pier burned down in 1919."))
    client.vector_stores.files.create_and_poll(
        file_id, vector_store_id=store.id, poll_interval_ms=10
    )

    (hit,) = client.vector_stores.search(store.id, query="When did the pier burn?").data

    assert "The pier burned down in 1919." in hit.content[0].text


def test_search_can_be_filtered(client: OpenAI) -> None:
    store = client.vector_stores.create()
    for year in (2024, 2025, 2026):
        client.vector_stores.files.create_and_poll(
            upload(client, f"{year}.txt"),
            vector_store_id=store.id,
            attributes={"year": year},
            poll_interval_ms=10,
        )

    hits = client.vector_stores.search(
        store.id,
        query="annual fee",
        filters={
            "type": "and",
            "filters": [
                {"type": "gte", "key": "year", "value": 2025},
                {"type": "ne", "key": "year", "value": 2026},
            ],
        },
    )

    assert [hit.filename for hit in hits.data] == ["2025.txt"]


def test_a_store_expires(client: OpenAI) -> None:
    policy = {"anchor": "last_active_at", "days": 1}
    store = client.vector_stores.create(expires_after=policy)  # type: ignore[arg-type]
    body = client.vector_stores.retrieve(store.id).to_dict()

    assert objects.with_files(body, [])["status"] == "completed"
    assert objects.with_files({**body, "expires_at": int(time.time())}, [])["status"] == "expired"
