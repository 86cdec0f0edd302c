"""What the deleted left of files: on dicts and on DynamoDB alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import UploadState, VectorStore
from afterglow.ports.deletions import Deletion, DeletionKind, LeftFile
from tests.contract.uploading import (
    LATER,
    QUOTA,
    a_file,
    added,
    an_upload,
    assistant,
    attached,
    claimed,
    opened,
)
from tests.contract.worlds import World
from tests.examples import an_assistant
from tests.fakes.clock import NOON


def deleted_files(world: World) -> dict[str, Deletion]:
    """Return the files that are yet to be cleared away, by their ids."""
    pending = world.deletions.pending()
    return {each.name: each for each in pending if each.kind is DeletionKind.FILE}


def test_a_file_is_deleted_whoever_uses_it(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    file, kept = added(world), added(world, 1)
    for assistant_id in (ada, bob):
        attached(world, file, assistant_id)
    attached(world, kept, ada)

    for _ in range(2):
        world.files.delete(file, LATER)

    assert list(world.files.list(world.user_id)) == [world.files.get(world.user_id, kept.id)]
    assert world.files.attached_ids(world.user_id) == {ada: [kept.id]}
    assert world.files.find(world.user_id, file.path, file.sha256) is None
    assert world.files.by_upstream_ids(world.user_id, ["file-upstream0"]) == {}
    library = world.files.library(world.user_id)
    assert (library.files, library.size) == (1, kept.size)
    assert deleted_files(world) == {
        file.id: Deletion(
            world.user_id,
            DeletionKind.FILE,
            file.id,
            LATER,
            upstream_ids=frozenset({"file-upstream0"}),
        )
    }


def test_what_uses_it_has_room_for_another(world: World) -> None:
    ada, file, other = assistant(world), added(world), added(world, 1)
    attached(world, file, ada)
    world.files.delete(file, LATER)

    attached(world, other, ada, replace(QUOTA, files_per_assistant=1))

    assert world.files.attached_to(world.user_id, ada) == [other.id]


def test_nobody_begins_to_use_a_file_that_is_deleted(world: World) -> None:
    ada, file = assistant(world), added(world)
    entry = claimed(world, ada).ended(UploadState.COMPLETED)
    world.files.delete(file, LATER)

    with pytest.raises(NotFoundError, match="File not found"):
        world.files.attach(entry, file, QUOTA)
    with pytest.raises(NotFoundError, match="File not found"):
        world.files.bind(file, "file-late", 0)

    assert world.files.attached_to(world.user_id, ada) == []


def test_a_deleted_file_comes_back_only_when_it_is_cleared_away(world: World) -> None:
    file = world.files.add(a_file(world), QUOTA)
    world.files.delete(file, LATER)

    with pytest.raises(NotFoundError, match="File not found"):
        world.files.add(file, QUOTA)
    other = world.files.add(replace(file, id=f"{file.id}0"), QUOTA)
    world.files.delete(other, LATER)
    world.file_remains.clear_file(LeftFile(file.user_id, file.id, frozenset()))

    assert world.files.add(file, QUOTA) == file
    assert world.files.library(world.user_id).files == 1


def test_it_is_known_by_all_that_openai_ever_called_it(world: World) -> None:
    file = added(world)
    world.files.bind(file, "file-later", 1)
    world.files.delete(file, LATER)

    (deletion,) = deleted_files(world).values()
    (left,) = world.file_remains.files(world.user_id)

    assert deletion.upstream_ids == {"file-upstream0", "file-later"}
    assert left == LeftFile(world.user_id, file.id, deletion.upstream_ids)


def test_a_cleared_file_has_left_nothing(world: World) -> None:
    deleted, there, others = added(world), added(world, 1), added(replace(world, user_id=7), 2)
    world.files.delete(deleted, LATER)

    for left in list(world.file_remains.files(world.user_id)):
        for _ in range(2):
            world.file_remains.clear_file(left)

    assert list(world.file_remains.files(world.user_id)) == []
    assert world.deletions.pending() == []
    with pytest.raises(NotFoundError):
        world.files.get(world.user_id, there.id)
    assert [left.id for left in world.file_remains.files(7)] == [others.id]


def test_a_file_that_more_use_than_a_transaction_holds(world: World) -> None:
    first = assistant(world)
    file, users = added(world), [first, *(_one_more(world) for _ in range(83))]
    for assistant_id in users:
        attached(world, file, assistant_id)

    world.files.delete(file, LATER)

    assert world.files.attached_ids(world.user_id) == {}
    assert list(world.files.list(world.user_id)) == []
    assert world.files.library(world.user_id).files == 0
    assert deleted_files(world).keys() == {file.id}
    attached(world, added(world, 1), users[0], replace(QUOTA, files_per_assistant=1))


def _one_more(world: World) -> int:
    """Return a new assistant, beyond what users may have."""
    assistant_id = world.assistants.next_id(world.user_id)
    world.assistants.add(an_assistant(world.user_id, assistant_id), limit=1000)
    return assistant_id


def test_a_deleted_assistant_lets_go_of_its_files_one_by_one(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    own, shared = added(world), added(world, 1)
    for assistant_id in (ada, bob):
        attached(world, shared, assistant_id)
    attached(world, own, ada)
    world.assistants.delete(world.user_id, ada, NOON)
    used = list(world.file_remains.used_by(world.user_id, ada))

    for file_id in [*used, *used, "file-gone"]:
        world.file_remains.detach(world.user_id, ada, file_id, LATER)

    assert sorted(used) == sorted([own.id, shared.id])
    assert list(world.file_remains.used_by(world.user_id, ada)) == []
    assert world.files.get(world.user_id, shared.id).assistant_ids == {bob}
    assert world.files.attached_ids(world.user_id) == {bob: [shared.id]}
    assert deleted_files(world).keys() == {own.id}
    assert deleted_files(world)[own.id].requested_at == LATER
    # Nobody's count is changed but the gone one's.
    attached(world, added(world, 2), bob, replace(QUOTA, files_per_assistant=2))


@pytest.mark.parametrize("page_size", [None, 1, 2])
def test_a_deleted_assistant_is_seen_to_use_nothing_at_once(
    world: World, page_size: int | None
) -> None:
    ada, bob = assistant(world), assistant(world)
    files = [added(world, number) for number in range(4)]
    for file, users in zip(files, [(ada, bob), (ada,), (bob,), ()], strict=True):
        for assistant_id in users:
            attached(world, world.files.get(world.user_id, file.id), assistant_id)

    world.assistants.delete(world.user_id, ada, NOON)

    seen = list(world.files.list(world.user_id, page_size=page_size))
    assert [(file.id, set(file.assistant_ids)) for file in seen] == [
        (file.id, users) for file, users in zip(files, [{bob}, set(), {bob}, set()], strict=True)
    ]
    # Yet to be cleared away.
    assert sorted(world.file_remains.used_by(world.user_id, ada)) == [files[0].id, files[1].id]


def test_a_deleted_assistant_has_left_a_store(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    stores = [VectorStore(world.user_id, each, f"vs_{each}", 0) for each in (ada, bob)]
    for store in stores:
        world.files.put_store(store)
    opened(world, assistant_id=ada)
    world.assistants.delete(world.user_id, ada, NOON)

    assert world.files.stores(world.user_id) == [stores[1]]
    assert list(world.file_remains.stores(world.user_id)) == stores
    assert world.file_remains.store(world.user_id, ada) == stores[0]
    for _ in range(2):
        world.file_remains.clear_store(stores[0])
        world.file_remains.clear_shelf(world.user_id, ada)
    assert world.file_remains.store(world.user_id, ada) is None
    assert not world.files.shelf(world.user_id, ada).is_pending
    assert list(world.file_remains.stores(world.user_id)) == [stores[1]]


def test_uploads_are_waited_for_even_those_that_are_not_planned(world: World) -> None:
    other = replace(world, user_id=world.user_id + 1)
    before = world.file_remains.has_uploads(world.user_id)
    world.uploads.open_unplanned(an_upload(world, is_planned=False))

    assert (before, world.file_remains.has_uploads(world.user_id)) == (False, True)
    assert not world.file_remains.has_uploads(other.user_id)


def test_a_library_is_cleared_with_every_upload(world: World) -> None:
    ada, other = assistant(world), replace(world, user_id=world.user_id + 1)
    attached(world, added(world), ada)
    kept, (entry,) = opened(other, created_at=NOON + timedelta(seconds=1))
    uploads = [opened(world, 30, assistant_id=ada)[0].id for _ in range(2)]

    for _ in range(2):
        world.file_remains.clear_library(world.user_id)

    for upload_id in uploads:
        assert list(world.uploads.files(world.user_id, upload_id)) == []
    assert list(world.uploads.list(world.user_id)) == []
    assert list(world.file_remains.files(world.user_id)) == []
    assert world.files.library(world.user_id).files == 0
    assert not world.files.shelf(world.user_id, ada).is_pending
    assert world.uploads.file(other.user_id, kept.id, 0).path == entry.path
