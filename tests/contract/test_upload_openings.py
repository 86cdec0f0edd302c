"""Uploads that die while they begin: nobody waits for what never ends. Only adapters meet that."""

from collections import Counter
from datetime import timedelta

import pytest

from afterglow.adapters.dynamodb import upload_writing, vector_stores
from afterglow.adapters.dynamodb.files import DynamoFileRepository
from afterglow.adapters.dynamodb.records.files import PENDING_KEPT
from afterglow.domain.errors import ConflictError, NotFoundError
from afterglow.domain.models import IdempotencyClaim, Upload, UploadState, VectorStore
from afterglow.ports.files import Shelf
from afterglow.services.ingesting import LONGEST_LIFE
from tests.contract.upload_deaths import is_waited_for, killed_at_every_call, work_off
from tests.contract.uploading import LATER, an_entry, an_upload, assistant, counted, opened
from tests.contract.worlds import World, deployed
from tests.fakes.clock import NOON
from tests.mortality import Life
from tests.tables import dump, empty_tables
from tests.wiretap import Wiretap


@pytest.fixture
def world(aws: Wiretap) -> World:
    """Return the adapters, and nothing stored."""
    assert aws is not None
    empty_tables()
    return deployed()


def assert_none_waits_for_long(world: World) -> None:
    """Check that what is pending is over in a day, and at once when what is due is worked off."""
    assert not is_waited_for(world, timedelta(hours=26))
    work_off(world)
    assert list(world.uploads.due()) == []
    assert not is_waited_for(world)


def assert_clearable(world: World, upload: Upload) -> None:
    """Check that all of an upload goes with its user."""
    world.file_remains.clear_library(world.user_id)
    assert upload.id not in dump()


def test_an_upload_whose_opening_dies_is_there_with_all_files_or_can_be_cleared_away(
    world: World, aws: Wiretap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_writing, "_AT_A_TIME", 10)
    upload = an_upload(world, assistant_id=assistant(world), total=26)
    entries = [an_entry(upload, number) for number in range(26)]
    seen: Counter[int] = Counter()

    def check() -> None:
        is_there = upload in world.uploads.list(world.user_id)
        left = list(world.uploads.files(world.user_id, upload.id))
        seen[len(left)] += 1
        assert left == entries[: len(left)]
        assert len(list(world.uploads.due())) == len(left)
        assert is_waited_for(world) == is_waited_for(world, timedelta(hours=24)) == bool(left)
        assert_none_waits_for_long(world)
        if is_there:
            assert counted(world, upload.id) == (0, 26, 0, 0)
        assert_clearable(world, upload)

    calls = killed_at_every_call(aws, lambda: world.uploads.open(upload, entries), check)

    assert calls == 1 + 3 + 1 + 1
    assert seen.keys() == {0, 10, 20, 26}


def test_an_opening_that_is_taken_back_leaves_nothing_to_wait_for_wherever_it_dies(
    world: World, aws: Wiretap
) -> None:
    claim = IdempotencyClaim(world.user_id, "k" * 64, "a request", LATER)
    opened(world, 0, claim=claim)
    upload = an_upload(world, assistant_id=assistant(world), total=30)
    entries = [an_entry(upload, number) for number in range(30)]
    seen: Counter[bool] = Counter()

    def open_again() -> None:
        with pytest.raises(ConflictError):
            world.uploads.open(upload, entries, claim=claim)
        seen[upload.id in dump()] += 1

    def check() -> None:
        assert_none_waits_for_long(world)
        assert_clearable(world, upload)

    killed_at_every_call(aws, open_again, check)

    assert seen == {False: 2}


def test_markers_that_are_over_hide_none_that_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_stores, "_PAGE", 2)
    ada = assistant(world)
    store = VectorStore(world.user_id, ada, "vs_1", 0)
    world.files.put_store(store)
    # A move is planned later than it begins.
    opened(world, assistant_id=ada, created_at=NOON + timedelta(hours=2))
    upload = an_upload(world, assistant_id=ada, created_at=NOON + timedelta(minutes=1))
    late = [an_entry(upload, number, created_at=NOON) for number in range(5)]
    world.uploads.open(upload, late)

    def seen(hours: int) -> Shelf:
        files = DynamoFileRepository(lambda: NOON + timedelta(hours=hours))
        return files.shelf(world.user_id, ada)

    assert [seen(hours) for hours in (0, 26, 27)] == [
        Shelf(store, is_pending=True),
        Shelf(store, is_pending=True),
        Shelf(store, is_pending=False),
    ]


def test_a_file_is_waited_for_as_long_as_it_may_take(world: World) -> None:
    opened(world, assistant_id=assistant(world))

    assert PENDING_KEPT > LONGEST_LIFE
    assert is_waited_for(world, PENDING_KEPT - timedelta(seconds=1))
    assert not is_waited_for(world, PENDING_KEPT)


def test_what_is_due_of_no_upload_waits_for_nobody_once_it_is_ended(
    world: World, aws: Wiretap
) -> None:
    upload = an_upload(world, assistant_id=assistant(world))
    entry = an_entry(upload)
    # That it begins, its file, and no more.
    assert not aws.outlived(Life(2), lambda: world.uploads.open(upload, [entry]))
    assert is_waited_for(world)

    world.uploads.end(entry.ended(UploadState.FAILED))

    assert not is_waited_for(world)
    with pytest.raises(NotFoundError):
        world.uploads.get(world.user_id, upload.id)
