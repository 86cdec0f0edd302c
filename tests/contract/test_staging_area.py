"""What lies in users' staging areas: what fake and adapter both promise."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from afterglow.domain.models import Staged, Upload, UploadFile
from tests.contract.uploading import an_entry, an_upload
from tests.contract.worlds import World
from tests.fakes.clock import NOON

DAY = timedelta(days=1)


def stage(world: World, path: str, number: int = 0, **facts: Any) -> Staged:
    """Have a file staged, and return it."""
    staged = replace(Staged(world.user_id, path, 6, "upload_1", number, NOON), **facts)
    world.uploads.stage(staged)
    return staged


def test_what_is_staged_is_kept_as_it_was_given(world: World) -> None:
    bare = stage(world, "a.md")
    full = stage(world, "b/Ü b.md", 7, sha256="ab" * 32, file_id="file-1")

    assert list(world.uploads.staged(world.user_id, "")) == [bare, full]
    assert list(world.uploads.staged(world.user_id + 1, "")) == []


@pytest.mark.parametrize(
    ("directory", "paths"),
    [
        ("doc", ["doc/b"]),
        ("docs", ["docs/a", "docs/z/c"]),
        ("docs/z", ["docs/z/c"]),
        ("docs/a", []),
        ("", ["a", "doc/b", "docs/a", "docs/z/c", "docs!/x"]),
        ("%", []),
    ],
)
def test_a_folder_has_what_lies_under_it(world: World, directory: str, paths: list[str]) -> None:
    for path in ("docs/z/c", "docs/a", "docs!/x", "doc/b", "a"):
        stage(world, path)

    staged = world.uploads.staged(world.user_id, directory)

    assert [each.path for each in staged] == sorted(paths)


def test_a_path_has_what_came_last(world: World) -> None:
    stage(world, "a", sha256="ab", file_id="file-1")
    latest = stage(world, "a", 4, upload_id="upload_2")

    assert list(world.uploads.staged(world.user_id, "")) == [latest]


def test_after_a_day_it_is_not_there(world: World) -> None:
    stage(world, "a", staged_at=NOON - DAY)
    kept = stage(world, "b", staged_at=NOON - DAY + timedelta(microseconds=1))

    assert list(world.uploads.staged(world.user_id, "")) == [kept]


def test_what_became_a_file_is_known_as_one(world: World) -> None:
    staged = stage(world, "a", 4)
    taken = an_entry(an_upload(world), path="a", staged_as=("upload_1", 4))

    world.uploads.keep_staged(taken, "file-1")

    assert list(world.uploads.staged(world.user_id, "")) == [replace(staged, file_id="file-1")]


def outdated(upload: Upload) -> list[UploadFile]:
    """Return files that are not of what the upload's fifth has staged at `a`."""
    return [
        an_entry(upload, path="a", staged_as=("upload_1", 5)),
        an_entry(upload, 4, path="a"),
        an_entry(upload, 5, path="b"),
    ]


def test_what_has_been_replaced_meanwhile_is_another_file(world: World) -> None:
    upload = an_upload(world)
    latest = stage(world, "a", 5, upload_id=upload.id)
    for late in outdated(upload):
        world.uploads.keep_staged(late, "file-1")

    assert list(world.uploads.staged(world.user_id, "")) == [latest]
    world.uploads.keep_staged(an_entry(upload, 5, path="a"), "file-2")
    assert world.uploads.staged(world.user_id, "")[0].file_id == "file-2"


def test_what_is_staged_no_longer_is_not_there(world: World) -> None:
    stage(world, "a", 4)
    kept = stage(world, "b", 4)
    taken = an_entry(an_upload(world), path="a", staged_as=("upload_1", 4))

    for _ in range(2):
        world.uploads.unstage(taken)

    assert list(world.uploads.staged(world.user_id, "")) == [kept]


def test_what_has_been_replaced_meanwhile_stays_staged(world: World) -> None:
    upload = an_upload(world)
    latest = stage(world, "a", 5, upload_id=upload.id)
    for late in outdated(upload):
        world.uploads.unstage(late)

    assert list(world.uploads.staged(world.user_id, "")) == [latest]
