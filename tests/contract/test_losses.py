"""What is no longer upstream, and what waits in vain: what fake and adapter both promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.models import UploadKind, UploadState, VectorStore
from afterglow.ports.uploads import DueUpload
from tests.contract.uploading import LATER, a_file, added, an_upload, assistant, claimed, opened
from tests.contract.worlds import World
from tests.fakes.clock import NOON

MUCH_LATER = NOON + timedelta(hours=1)


def test_a_file_that_is_lost_is_bound_again_in_the_same_generation(world: World) -> None:
    file = added(world, 1)

    world.files.unbind(file)

    assert world.files.get(world.user_id, file.id) == replace(file, upstream_id=None)
    bound = world.files.bind(file, "file-B", file.generation)
    assert bound == replace(file, upstream_id="file-B")
    found = world.files.by_upstream_ids(world.user_id, ["file-upstream1", "file-B"])
    assert set(found) == {"file-upstream1", "file-B"}
    # Whoever clears it away looks for both.
    assert world.files.discard(bound, NOON)
    (deletion,) = world.deletions.pending()
    assert deletion.upstream_ids == {"file-upstream1", "file-B"}


def test_a_file_that_has_another_id_by_now_is_not_lost(world: World) -> None:
    read = added(world, 1)
    moved = world.files.bind(read, "file-B", 1)

    world.files.unbind(read)

    assert world.files.get(world.user_id, read.id) == moved
    # Nor does one come to be that was never there.
    world.files.unbind(replace(a_file(world), upstream_id="file-C"))
    assert list(world.files.list(world.user_id)) == [moved]


def test_a_store_that_is_lost_is_made_again_in_the_same_generation(world: World) -> None:
    ada, bea = assistant(world), assistant(world)
    lost, kept = (VectorStore(world.user_id, each, f"vs_{each}", 0) for each in (ada, bea))
    for store in (lost, kept):
        world.files.put_store(store)

    world.files.drop_store(lost)

    assert world.files.stores(world.user_id) == [kept]
    again = replace(lost, upstream_id="vs_again")
    assert world.files.put_store(again) == again
    # Who comes late has read another.
    world.files.drop_store(lost)
    assert world.files.store(world.user_id, ada) == again


def dues(world: World) -> list[DueUpload]:
    """Return what of the test's user is due."""
    return [due for due in world.uploads.due() if due.user_id == world.user_id]


def test_what_nobody_has_begun_is_put_off_as_it_was_read(world: World) -> None:
    opened(world, assistant_id=1)
    world.uploads.open_unplanned(an_upload(world, kind=UploadKind.MOVE))
    read = dues(world)

    for due in read:
        world.uploads.postpone(due, LATER)

    later = [replace(due, lease_until=LATER) for due in read]
    assert set(dues(world)) == set(later)
    for stale in read:
        world.uploads.postpone(stale, MUCH_LATER)
    assert set(dues(world)) == set(later)


@pytest.mark.parametrize("failures", [0, 1])
def test_what_somebody_has_begun_is_not_put_off(world: World, failures: int) -> None:
    entry = claimed(world, 1, failures=failures)
    (due,) = dues(world)

    world.uploads.postpone(due, MUCH_LATER)

    assert world.uploads.file(world.user_id, entry.upload_id, 0) == entry


def test_what_is_over_or_planned_is_not_put_off(world: World) -> None:
    _, (entry,) = opened(world, assistant_id=1)
    upload = an_upload(world, kind=UploadKind.MOVE)
    world.uploads.open_unplanned(upload)
    read = dues(world)
    world.uploads.end(entry.ended(UploadState.CANCELLED))
    world.uploads.plan(upload, [])

    for due in read:
        world.uploads.postpone(due, MUCH_LATER)

    assert dues(world) == []
    assert world.uploads.get(world.user_id, upload.id).lease_until == upload.lease_until
    assert world.uploads.file(world.user_id, entry.upload_id, 0).lease_until == entry.lease_until
