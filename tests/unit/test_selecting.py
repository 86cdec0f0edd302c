"""Folders of which only goes what some uploads announced."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Upload
from afterglow.services.announcing import Announced
from tests.unit.library import Reading

MINE, NOTES = ("docs/mine.md", b"# Mine"), ("docs/notes.md", b"# Notes")
BEFORE, NOTES_BEFORE = ("docs/before.md", b"# Before"), ("docs/notes.md", b"# Notes of before")


@pytest.fixture
def reading() -> Reading:
    """Return what is stored: a folder of the same name was staged before."""
    reading = Reading()
    reading.stage(BEFORE, NOTES_BEFORE)
    return reading


def take(reading: Reading, *uploads: Upload) -> list[str]:
    """Have what these uploads announced taken; return its paths."""
    ids = [upload.id for upload in uploads]
    upload = reading.directories.open(reading.user, 1, "docs", upload_ids=ids)
    reading.work_off(upload)
    return [entry.path for entry in reading.entries(upload)]


def test_only_what_was_announced_goes(reading: Reading) -> None:
    first, second = reading.stage(MINE), reading.stage(NOTES, ("elsewhere/c.md", b"# C"))

    assert take(reading, first, second, first) == ["docs/mine.md", "docs/notes.md"]

    assert reading.searchable() == {MINE[1], NOTES[1]}


def test_what_was_there_already_goes_too(reading: Reading) -> None:
    staged = reading.stage(BEFORE, MINE)
    assert take(reading, staged) == ["docs/before.md", "docs/mine.md"]

    known = reading.stage(BEFORE, MINE)
    # Somebody else announces the same in between.
    reading.stage(BEFORE, MINE)

    assert take(reading, known) == ["docs/before.md", "docs/mine.md"]
    assert reading.upstream.called("upload") == 2


def test_what_never_came_does_not_go_as_another_upload_staged_it(reading: Reading) -> None:
    upload = reading.announce(MINE, NOTES)
    reading.arrive(upload, 0, MINE[1])

    assert take(reading, upload) == ["docs/mine.md"]


def test_what_came_and_was_replaced_by_another_upload_does_not_go(reading: Reading) -> None:
    mine = reading.stage(NOTES, MINE)
    reading.stage(NOTES_BEFORE)

    assert take(reading, mine) == ["docs/mine.md"]


def test_bytes_of_which_nobody_told_the_sum_go_with_their_own_upload_only(reading: Reading) -> None:
    path, content = NOTES
    uploads = [
        reading.forms.open(reading.user, None, [Announced(path, len(content))]) for _ in range(2)
    ]
    for upload in uploads:
        reading.arrive(upload, 0, content)

    with pytest.raises(NotFoundError, match="Directory not found"):
        take(reading, uploads[0])
    assert take(reading, uploads[1]) == [path]


def test_uploads_of_others_are_none(reading: Reading) -> None:
    mine = reading.stage(MINE)
    theirs = replace(mine, id="upload_theirs", user_id=mine.user_id - 1)
    reading.uploads.open(theirs, [])

    for ids in ([theirs.id], [mine.id, theirs.id], ["upload_x"]):
        with pytest.raises(NotFoundError, match="Upload not found"):
            reading.directories.open(reading.user, 1, "docs", upload_ids=ids)
    assert reading.launcher.launched == []
    assert reading.attached() == []
