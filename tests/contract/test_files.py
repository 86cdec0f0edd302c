"""Files and the library they make up: what fake and adapter both promise."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import LimitExceededError, NotFoundError
from afterglow.domain.models import File, FileUse, Library
from afterglow.ports.deletions import DeletionKind
from afterglow.ports.files import Quota
from tests.contract.uploading import QUOTA, a_file, added, assistant, attached, content_hash
from tests.contract.worlds import World
from tests.fakes.clock import NOON


def ids(files: Iterable[File]) -> list[str]:
    """Return the files' ids."""
    return [file.id for file in files]


def test_a_user_without_files_has_an_empty_library(world: World) -> None:
    assert world.files.library(world.user_id) == Library(world.user_id)
    assert list(world.files.list(world.user_id)) == []


def test_a_file_is_kept_as_it_was_given(world: World) -> None:
    file = a_file(world, "Überblick/ä b.csv", use=FileUse.CODE, size=7)

    assert world.files.add(file, QUOTA) == file

    assert world.files.get(world.user_id, file.id) == file
    assert list(world.files.list(world.user_id)) == [file]
    assert world.files.find(world.user_id, file.path, file.sha256) == file
    assert world.files.library(world.user_id) == Library(world.user_id, files=1, size=7)


def test_the_same_path_and_content_is_one_file(world: World) -> None:
    first = world.files.add(a_file(world), QUOTA)

    again = world.files.add(a_file(world), QUOTA)
    moved = world.files.add(a_file(world, "docs/b.md"), QUOTA)
    changed = world.files.add(a_file(world, content="Hello again."), QUOTA)

    assert again == first
    assert len({first.id, moved.id, changed.id}) == 3
    assert world.files.library(world.user_id).files == 3
    assert world.files.library(world.user_id).size == 6 + 6 + 12


def test_files_are_their_owners(world: World) -> None:
    file = world.files.add(a_file(world), QUOTA)
    other = world.user_id + 1
    theirs = world.files.add(replace(a_file(world), user_id=other), QUOTA)

    assert theirs.id != file.id
    assert world.files.library(other) == Library(other, files=1, size=6)
    with pytest.raises(NotFoundError, match=r"^File not found$"):
        world.files.get(other, file.id)
    assert ids(world.files.list(other)) == [theirs.id]


@pytest.mark.parametrize(
    ("quota", "content"),
    [
        (Quota(2, 10_000, 9), "x"),
        (Quota(9, 12, 9), "x"),
        (Quota(9, 20, 9), "x" * 9),
        (Quota(0, 10_000, 9), "x"),
        (Quota(9, 3, 9), "xxxx"),
    ],
)
def test_nobody_has_more_than_the_quota(world: World, quota: Quota, content: str) -> None:
    known, _ = (world.files.add(a_file(world, path), QUOTA) for path in ("a", "b"))

    with pytest.raises(LimitExceededError, match=r"^File quota reached$") as refused:
        world.files.add(a_file(world, "c", content), quota)

    assert refused.value.code == "file_quota_reached"
    assert world.files.library(world.user_id) == Library(world.user_id, files=2, size=12)
    assert world.files.find(world.user_id, "c", content_hash(content)) is None
    # Who has it already does not have one more.
    assert world.files.add(a_file(world, "a"), quota) == known


def test_the_first_file_counts_too(world: World) -> None:
    for quota in (Quota(0, 10_000, 9), Quota(9, 5, 9)):
        with pytest.raises(LimitExceededError):
            world.files.add(a_file(world), quota)

    assert world.files.add(a_file(world), Quota(1, 6, 9)).size == 6


def test_files_are_listed_in_the_order_they_were_added(world: World) -> None:
    files = [added(world, number) for number in range(7)]
    middle = files[3].id

    assert ids(world.files.list(world.user_id)) == ids(files)
    assert ids(world.files.list(world.user_id, after=middle, page_size=2)) == ids(files[4:])
    assert ids(world.files.list(world.user_id, after=files[-1].id)) == []


def test_known_files_are_found_however_many_are_asked_for(world: World) -> None:
    files = [world.files.add(a_file(world, f"{n}", "x"), Quota(300, 300, 9)) for n in range(120)]
    wanted = [(file.path, file.sha256) for file in files]
    unknown = [("0", content_hash("y")), ("121", content_hash("x"))]

    found = world.files.find_known(world.user_id, [*wanted, *unknown, *wanted[:2]])

    assert found == dict(zip(wanted, files, strict=True))
    assert world.files.find_known(world.user_id, []) == {}
    assert world.files.find_known(world.user_id + 1, wanted) == {}


def test_who_binds_a_file_first_has_it(world: World) -> None:
    file = world.files.add(a_file(world), QUOTA)

    first = world.files.bind(file, "file-A", 0)
    second = world.files.bind(file, "file-B", 0)

    assert first == second == replace(file, upstream_id="file-A", generation=0)
    assert world.files.get(world.user_id, file.id) == first


def test_a_file_is_bound_anew_in_the_next_generation(world: World) -> None:
    file = world.files.add(a_file(world), QUOTA)
    world.files.bind(file, "file-A", 0)

    moved = world.files.bind(file, "file-B", 1)
    late = world.files.bind(file, "file-C", 0)

    assert moved == late == replace(file, upstream_id="file-B", generation=1)
    with pytest.raises(NotFoundError):
        world.files.bind(replace(file, id="file-unknown"), "file-D", 1)


def test_a_file_is_found_by_every_id_it_ever_had_upstream(world: World) -> None:
    file, other = (world.files.add(a_file(world, path), QUOTA) for path in ("a", "b"))
    world.files.bind(file, "file-A", 0)
    moved = world.files.bind(file, "file-B", 1)
    bound = world.files.bind(other, "file-C", 1)
    refused = world.files.bind(other, "file-D", 1)

    asked = ["file-A", "file-B", "file-C", "file-D", "file-A"]
    found = world.files.by_upstream_ids(world.user_id, asked)

    assert refused == bound
    assert found == {"file-A": moved, "file-B": moved, "file-C": bound}
    assert world.files.by_upstream_ids(world.user_id + 1, asked) == {}


def test_a_file_that_nobody_uses_can_go(world: World) -> None:
    file, kept = added(world, 1), added(world, 2)

    assert world.files.discard(file, NOON)
    assert world.files.discard(file, NOON)

    with pytest.raises(NotFoundError):
        world.files.get(world.user_id, file.id)
    assert list(world.files.list(world.user_id)) == [kept]
    assert world.files.find(world.user_id, file.path, file.sha256) is None
    assert world.files.by_upstream_ids(world.user_id, ["file-upstream1"]) == {}
    assert world.files.library(world.user_id) == Library(world.user_id, files=1, size=6)
    with pytest.raises(NotFoundError):
        world.files.bind(file, "file-B", 1)
    (deletion,) = world.deletions.pending()
    # It is the file that is deleted, and not its owner.
    assert (deletion.kind, deletion.name) == (DeletionKind.FILE, file.id)
    assert deletion.upstream_ids == frozenset({"file-upstream1"})
    assert added(world, 1).id != file.id


def test_a_file_goes_as_it_is_now(world: World) -> None:
    read = world.files.add(a_file(world), QUOTA)
    world.files.bind(read, "file-A", 0)

    assert world.files.discard(read, NOON)

    assert world.files.by_upstream_ids(world.user_id, ["file-A"]) == {}


def test_a_file_in_use_stays(world: World) -> None:
    file = added(world)
    attached(world, file, assistant(world))

    assert not world.files.discard(file, NOON)

    assert world.files.get(world.user_id, file.id).id == file.id
    assert world.files.library(world.user_id).files == 1


def test_where_there_never_were_files_the_next_generation_begins_at_once(world: World) -> None:
    assert not world.files.unsettle(world.user_id)

    library = world.files.library(world.user_id)
    assert (library.generation, library.is_settled) == (1, True)
    world.files.add(a_file(world), QUOTA)
    assert world.files.library(world.user_id) == replace(library, files=1, size=6)


def test_where_there_were_files_somebody_has_to_look(world: World) -> None:
    file = added(world)
    world.files.discard(file, NOON)

    assert world.files.unsettle(world.user_id)

    unsettled = world.files.library(world.user_id)
    assert unsettled == Library(world.user_id, is_settled=False, key_changes=1)
    assert world.files.library(world.user_id + 1).is_settled


@pytest.mark.parametrize("generation", [0, 1])
def test_a_library_settles_in_a_generation(world: World, generation: int) -> None:
    added(world, 1)
    world.files.unsettle(world.user_id)
    read = world.files.library(world.user_id)
    added(world, 2)

    world.files.settle(read, generation=generation)

    library = world.files.library(world.user_id)
    assert (library.generation, library.is_settled, library.files) == (generation, True, 2)
    # Who looked at the same time comes too late.
    world.files.settle(read, generation=7)
    assert world.files.library(world.user_id) == library


def test_a_library_whose_key_has_changed_again_is_not_settled(world: World) -> None:
    added(world)
    world.files.unsettle(world.user_id)
    read = world.files.library(world.user_id)
    world.files.unsettle(world.user_id)

    world.files.settle(read, generation=1)

    assert world.files.library(world.user_id) == replace(read, key_changes=2)


def test_a_library_that_is_not_there_is_not_settled(world: World) -> None:
    world.files.settle(world.files.library(world.user_id), generation=3)

    assert world.files.library(world.user_id) == Library(world.user_id)


def test_times_are_kept_to_the_microsecond(world: World) -> None:
    at = NOON + timedelta(microseconds=123457)

    file = world.files.add(a_file(world, created_at=at), QUOTA)

    assert world.files.get(world.user_id, file.id).created_at == at
