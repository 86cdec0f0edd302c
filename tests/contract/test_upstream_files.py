"""Files upstream: what the fake and OpenAI's promise."""

import time

import pytest

from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.ports.upstream_files import Indexing, IndexingState
from tests.contract.archives import Archive, InMemory, OnTheWire
from tests.contract.sources import BytesSource

WORKING = Indexing(IndexingState.WORKING)
DONE = Indexing(IndexingState.DONE)
TEXT = BytesSource("a.txt", b"The lighthouse keeper is called Ingeborg. " * 100)


@pytest.fixture(params=["in memory", "on the wire"])
def archive(request: pytest.FixtureRequest) -> Archive:
    """Return one implementation."""
    if request.param == "in memory":
        return InMemory()
    return OnTheWire(request.getfixturevalue("openai"), request.getfixturevalue("openai_url"))


def outcome(archive: Archive, store_id: str, upstream_id: str) -> Indexing:
    """Return what becomes of a file that is being indexed."""
    until = time.monotonic() + 5
    while (seen := archive.files.indexing(store_id, upstream_id)) == WORKING:
        assert time.monotonic() < until
        time.sleep(0.02)
    return seen


def code_of(raised: pytest.ExceptionInfo[OperationFailedError]) -> str | None:
    """Return the code of an error."""
    return raised.value.code


def test_a_file_is_there_once_it_is_sent(archive: Archive) -> None:
    one = archive.files.upload(TEXT)
    other = archive.files.upload(BytesSource("b.md", b"Gladly."))

    assert archive.sizes() == {one: ("a.txt", TEXT.size), other: ("b.md", 7)}


def test_the_same_file_sent_twice_is_two(archive: Archive) -> None:
    assert archive.files.upload(TEXT) != archive.files.upload(TEXT)
    assert len(archive.sizes()) == 2


def test_an_empty_file_is_refused(archive: Archive) -> None:
    with pytest.raises(InvalidInputError) as raised:
        archive.files.upload(BytesSource("empty.txt", b""))

    assert raised.value.code == "openai_refused"
    assert archive.sizes() == {}


def test_a_store_has_a_name_and_is_the_keys_own(archive: Archive) -> None:
    store_id = archive.files.create_store("Assistant 1")

    assert archive.store_names() == {store_id: "Assistant 1"}
    assert archive.files.has_store(store_id)
    assert not archive.of_somebody_else().has_store(store_id)
    assert not archive.files.has_store("vs_never")


def test_a_file_is_indexed_in_time(archive: Archive) -> None:
    archive.hold()
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)

    assert archive.files.index(store_id, upstream_id) == WORKING
    assert archive.files.indexing(store_id, upstream_id) == WORKING
    archive.go_on()
    assert outcome(archive, store_id, upstream_id) == DONE


def test_to_index_it_again_is_to_ask(archive: Archive) -> None:
    archive.hold()
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)

    assert archive.files.index(store_id, upstream_id) == WORKING
    archive.go_on()
    assert outcome(archive, store_id, upstream_id) == DONE
    assert archive.files.index(store_id, upstream_id) == DONE


def test_what_cannot_be_indexed_says_why_whenever_asked(archive: Archive) -> None:
    archive.fail("a.txt", "invalid_file")
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)

    failed = Indexing(IndexingState.FAILED, "invalid_file")
    assert outcome(archive, store_id, upstream_id) == failed
    assert archive.files.index(store_id, upstream_id) == failed


def test_what_failed_can_be_taken_out_and_tried_again(archive: Archive) -> None:
    archive.fail("a.txt", "server_error")
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)
    assert outcome(archive, store_id, upstream_id).state is IndexingState.FAILED

    archive.files.unindex(store_id, upstream_id)

    assert archive.files.index(store_id, upstream_id) == WORKING


def test_a_file_may_be_in_two_stores(archive: Archive) -> None:
    upstream_id = archive.files.upload(TEXT)
    one, other = archive.files.create_store("A"), archive.files.create_store("B")
    archive.files.index(one, upstream_id)
    archive.files.index(other, upstream_id)
    assert outcome(archive, one, upstream_id) == outcome(archive, other, upstream_id) == DONE

    archive.files.unindex(one, upstream_id)

    with pytest.raises(OperationFailedError) as raised:
        archive.files.indexing(one, upstream_id)
    assert code_of(raised) == "upstream_file_lost"
    assert archive.files.indexing(other, upstream_id) == DONE
    assert upstream_id in archive.sizes()


@pytest.mark.parametrize("ask", ["index", "indexing"])
def test_what_is_lost_is_told_apart(archive: Archive, ask: str) -> None:
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)

    for pair, code in {
        (store_id, "file-never"): "upstream_file_lost",
        ("vs_never", upstream_id): "vector_store_lost",
        ("vs_never", "file-never"): "vector_store_lost",
    }.items():
        with pytest.raises(OperationFailedError) as raised:
            getattr(archive.files, ask)(*pair)
        assert code_of(raised) == code


def test_others_files_and_stores_are_as_good_as_lost(archive: Archive) -> None:
    stranger = archive.of_somebody_else()
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)

    with pytest.raises(OperationFailedError) as raised:
        stranger.index(store_id, upstream_id)
    assert code_of(raised) == "vector_store_lost"
    with pytest.raises(OperationFailedError) as raised:
        stranger.index(stranger.create_store("B"), upstream_id)
    assert code_of(raised) == "upstream_file_lost"

    stranger.delete(upstream_id)
    stranger.delete_store(store_id)
    stranger.unindex(store_id, upstream_id)
    assert archive.files.has_store(store_id)
    assert upstream_id in archive.sizes()


def test_a_deleted_file_is_gone_from_every_store(archive: Archive) -> None:
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)

    archive.files.delete(upstream_id)
    archive.files.delete(upstream_id)

    assert archive.sizes() == {}
    with pytest.raises(OperationFailedError) as raised:
        archive.files.indexing(store_id, upstream_id)
    assert code_of(raised) == "upstream_file_lost"


def test_a_deleted_store_leaves_its_files(archive: Archive) -> None:
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)

    archive.files.delete_store(store_id)
    archive.files.delete_store(store_id)
    archive.files.unindex(store_id, upstream_id)

    assert not archive.files.has_store(store_id)
    assert archive.store_names() == {}
    assert upstream_id in archive.sizes()
    with pytest.raises(OperationFailedError) as raised:
        archive.files.indexing(store_id, upstream_id)
    assert code_of(raised) == "vector_store_lost"


def test_what_was_taken_out_can_be_taken_out_again(archive: Archive) -> None:
    store_id, upstream_id = archive.files.create_store("A"), archive.files.upload(TEXT)
    archive.files.index(store_id, upstream_id)

    archive.files.unindex(store_id, upstream_id)
    archive.files.unindex(store_id, upstream_id)

    with pytest.raises(OperationFailedError) as raised:
        archive.files.indexing(store_id, upstream_id)
    assert code_of(raised) == "upstream_file_lost"
