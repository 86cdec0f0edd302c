"""Which assistants use which files, and where they are indexed: what both promise."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from afterglow.domain.errors import (
    ConflictError,
    LimitExceededError,
    NotFoundError,
    SupersededError,
)
from afterglow.domain.models import FileUse, UploadFile, UploadState, VectorStore
from afterglow.ports.files import Shelf
from tests.contract.uploading import (
    LATER,
    QUOTA,
    a_file,
    added,
    an_entry,
    an_upload,
    assistant,
    attached,
    claimed,
    counted,
    opened,
)
from tests.contract.worlds import World
from tests.fakes.clock import NOON

DONE = UploadState.COMPLETED


def test_an_assistant_uses_what_was_attached_to_it(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    file = added(world)

    entry = attached(world, file, ada)

    assert world.uploads.file(world.user_id, entry.upload_id, 0) == entry
    assert (entry.state, entry.file_id) == (DONE, file.id)
    assert counted(world, entry.upload_id) == (1, 0, 0, 0)
    assert world.uploads.get(world.user_id, entry.upload_id).is_over
    assert world.files.get(world.user_id, file.id).assistant_ids == {ada}
    assert world.files.attached_to(world.user_id, ada) == [file.id]
    assert world.files.attached_to(world.user_id, bob) == []
    assert not world.files.shelf(world.user_id, ada).is_pending
    assert list(world.uploads.due()) == []


def test_several_assistants_use_a_file(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    second, first = added(world, 2), added(world, 1)
    for file, assistant_id in ((second, ada), (first, ada), (first, bob)):
        attached(world, file, assistant_id)
    world.files.put_store(VectorStore(world.user_id, ada, "vs_1", 0))
    opened(world, assistant_id=bob)

    assert world.files.attached_ids(world.user_id) == {ada: [first.id, second.id], bob: [first.id]}
    assert world.files.attached_to(world.user_id, ada) == [first.id, second.id]
    assert world.files.get(world.user_id, first.id).assistant_ids == {ada, bob}
    assert world.files.attached_ids(world.user_id + 1) == {}
    assert world.files.attached_to(world.user_id + 1, ada) == []


def test_a_file_that_is_in_use_already_counts_as_done_and_not_twice(world: World) -> None:
    ada = assistant(world)
    quota = replace(QUOTA, files_per_assistant=2)
    files = [added(world, 1), added(world, 2)]
    attached(world, files[0], ada, quota)
    again = replace(claimed(world, ada), file_id=files[0].id, is_known=True).ended(DONE)

    # Once as it was read before it was attached, once as it is by now.
    world.files.attach(again, files[0], quota)
    current = world.files.get(world.user_id, files[0].id)
    attached(world, current, ada, quota)
    attached(world, files[1], ada, quota)

    assert counted(world, again.upload_id) == (1, 0, 0, 1)
    assert world.files.attached_to(world.user_id, ada) == [file.id for file in files]


def test_an_assistant_uses_so_many_files_and_no_more(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    quota = replace(QUOTA, files_per_assistant=2)
    first, second, third = (added(world, number) for number in range(3))
    attached(world, first, ada, quota)
    attached(world, second, ada, quota)
    entry = replace(claimed(world, ada), file_id=third.id).ended(DONE)

    with pytest.raises(LimitExceededError, match=r"as many files as it may") as refused:
        world.files.attach(entry, third, quota)

    assert refused.value.code == "assistant_files_reached"
    assert_untouched(world, entry)
    attached(world, third, bob, quota)
    assert world.files.attached_to(world.user_id, ada) == [first.id, second.id]


def assert_untouched(world: World, entry: UploadFile) -> None:
    """Check that a file of an upload is still on its way, and its file not in use."""
    stored = world.uploads.file(world.user_id, entry.upload_id, entry.number)
    assert (stored.state, stored.attempt) == (UploadState.IN_PROGRESS, 1)
    assert counted(world, entry.upload_id) == (0, 0, 0, 0)
    assert world.files.shelf(world.user_id, entry.assistant_id or 0).is_pending
    assert [due.upload_id for due in world.uploads.due()] == [entry.upload_id]


def test_a_known_file_is_used_by_assistants_that_are_there(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    for number, users in enumerate(([ada], [ada, bob], [])):
        file = added(world, number)
        for user in users:
            attached(world, file, user)
    world.assistants.delete(world.user_id, ada, NOON)
    wanted = [(file.path, file.sha256) for file in world.files.list(world.user_id)]

    found = world.files.find_known(world.user_id, wanted)

    assert list(found) == wanted
    assert [file.assistant_ids for file in found.values()] == [set(), {bob}, set()]


def moving(world: World) -> None:
    """Have the user's key changed."""
    world.files.unsettle(world.user_id)


def moved(world: World) -> None:
    """Have the user's files moved."""
    world.files.unsettle(world.user_id)
    world.files.settle(world.files.library(world.user_id), generation=1)


def without_assistant(world: World) -> None:
    """Have the user's one assistant gone."""
    world.assistants.delete(world.user_id, 1, NOON)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (moving, ConflictError, "The files are about to move"),
        (moved, ConflictError, "The files are about to move"),
        (without_assistant, NotFoundError, "Assistant not found"),
    ],
)
def test_nothing_is_attached_where_it_would_not_be_found(
    world: World, change: Callable[[World], None], error: type[Exception], message: str
) -> None:
    ada = assistant(world)
    file = added(world)
    entry = replace(claimed(world, ada), file_id=file.id).ended(DONE)
    change(world)

    with pytest.raises(error, match=message) as refused:
        world.files.attach(entry, file, QUOTA)

    assert not isinstance(refused.value, SupersededError)
    assert_untouched(world, entry)
    assert world.files.get(world.user_id, file.id) == file
    assert world.files.attached_ids(world.user_id) == {}


def test_a_moved_file_is_attached_where_it_is_now(world: World) -> None:
    ada = assistant(world)
    file = added(world)
    attached(world, file, ada)
    moved(world)
    bound = world.files.bind(file, "file-B", 1)

    attached(world, bound, ada)

    assert world.files.attached_to(world.user_id, ada) == [file.id]


def test_a_file_that_is_gone_is_not_attached(world: World) -> None:
    ada = assistant(world)
    file = added(world)
    entry = replace(claimed(world, ada), file_id=file.id).ended(DONE)
    world.files.discard(file, LATER)

    with pytest.raises(NotFoundError, match="File not found"):
        world.files.attach(entry, file, QUOTA)

    assert_untouched(world, entry)


def test_what_was_claimed_or_ended_meanwhile_is_not_attached(world: World) -> None:
    ada = assistant(world)
    file = added(world)
    entry = claimed(world, ada)
    late = replace(entry, file_id=file.id).ended(DONE)
    latest = world.uploads.claim(entry, LATER)

    with pytest.raises(SupersededError):
        world.files.attach(late, file, QUOTA)

    ended = replace(latest, file_id=file.id).ended(DONE)
    world.files.attach(ended, file, QUOTA)
    with pytest.raises(SupersededError):
        world.files.attach(ended, file, QUOTA)
    assert counted(world, entry.upload_id) == (1, 0, 0, 0)


def test_what_is_not_in_progress_is_not_attached(world: World) -> None:
    ada = assistant(world)
    file = added(world)
    _, (awaiting,) = opened(world, assistant_id=ada, state=UploadState.AWAITING)

    with pytest.raises(SupersededError):
        world.files.attach(awaiting.ended(DONE), file, QUOTA)

    assert world.files.attached_to(world.user_id, ada) == []


def test_a_file_of_no_upload_or_for_no_assistant_is_not_attached(world: World) -> None:
    assistant(world)
    file = added(world)

    for assistant_id, message in ((None, "Assistant not found"), (2, "Assistant not found")):
        entry = claimed(world, assistant_id)
        with pytest.raises(NotFoundError, match=message):
            world.files.attach(entry.ended(DONE), file, QUOTA)
    with pytest.raises(SupersededError):
        world.files.attach(an_entry(an_upload(world, assistant_id=1)).ended(DONE), file, QUOTA)


def test_the_latest_files_for_code_come_first(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    files = [added(world, n, use=(FileUse.SEARCH, FileUse.CODE)[n % 2]) for n in range(8)]
    for file in files:
        attached(world, file, ada)
    attached(world, files[1], bob)

    for most, expected in ((2, [7, 5]), (9, [7, 5, 3, 1])):
        found = world.files.code_files(world.user_id, ada, most=most)
        assert [file.id for file in found] == [files[number].id for number in expected]
    (file,) = world.files.code_files(world.user_id, bob, most=2)
    assert file.assistant_ids == {ada, bob}
    assert world.files.code_files(world.user_id + 1, ada, most=2) == []


def test_an_assistant_has_one_store_in_a_generation(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    first = VectorStore(world.user_id, ada, "vs_1", 0)
    second, later = (
        replace(first, upstream_id="vs_2"),
        replace(first, upstream_id="vs_3", generation=1),
    )

    assert world.files.store(world.user_id, ada) is None
    assert world.files.put_store(first) == first
    assert world.files.put_store(second) == first
    assert world.files.put_store(later) == later
    assert world.files.put_store(second) == later
    assert world.files.store(world.user_id, ada) == later
    assert world.files.store(world.user_id, bob) is None
    assert world.files.store(world.user_id + 1, ada) is None


def test_no_store_is_kept_for_an_assistant_that_is_gone(world: World) -> None:
    ada, bob = assistant(world), assistant(world)
    world.assistants.delete(world.user_id, ada, NOON)

    for gone in (VectorStore(world.user_id, ada, "vs_1", 0), VectorStore(1, bob, "vs_1", 0)):
        with pytest.raises(NotFoundError, match="Assistant not found"):
            world.files.put_store(gone)

    assert world.files.stores(world.user_id) == []


def test_all_stores_of_a_user_are_found_among_everything_else(world: World) -> None:
    ada, bob, eve = (assistant(world) for _ in range(3))
    stores = [
        VectorStore(world.user_id, ada, "vs_1", 0),
        VectorStore(world.user_id, eve, "vs_2", 3),
    ]
    for store in stores:
        world.files.put_store(store)
    attached(world, added(world), bob)
    opened(world, assistant_id=eve)

    assert world.files.stores(world.user_id) == stores
    assert world.files.stores(world.user_id + 1) == []


@pytest.mark.parametrize("pending", [0, 1, 3])
@pytest.mark.parametrize("has_store", [True, False])
def test_a_shelf_tells_store_and_whether_to_wait(
    world: World, *, has_store: bool, pending: int
) -> None:
    bob, ada, eve = (assistant(world) for _ in range(3))
    store = VectorStore(world.user_id, ada, "vs_1", 2)
    if has_store:
        world.files.put_store(store)
    for neighbour in (bob, eve):
        world.files.put_store(replace(store, assistant_id=neighbour))
        opened(world, assistant_id=neighbour)
    attached(world, added(world), ada)
    if pending:
        opened(world, pending, assistant_id=ada)
    opened(world, assistant_id=ada, state=UploadState.AWAITING)

    expected = Shelf(store if has_store else None, is_pending=pending > 0)
    assert world.files.shelf(world.user_id, ada) == expected


def test_files_of_the_same_time_and_content_do_not_meet(world: World) -> None:
    ada = assistant(world)
    pair = [world.files.add(a_file(world, path), QUOTA) for path in ("a", "b")]

    for file in pair:
        attached(world, file, ada)

    assert world.files.attached_to(world.user_id, ada) == sorted(file.id for file in pair)
