"""Folders of what was staged: how much of it an upload takes, in which chunks, and how often."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError, RateLimitError
from afterglow.domain.models import Staged, Upload, UploadState
from afterglow.services.chunks import (
    CHUNK,
    MOST_CHUNKS,
    PASSES_WITH_ALL_BEGUN,
    Chunk,
    ChunkResult,
)
from afterglow.services.limiting import Limits
from afterglow.services.pacing import interval_after
from tests.unit.account_world import ALLOWANCES, SUBJECTS
from tests.unit.library import BUDGET, QUOTA, TEXT, Reading

SLOW = timedelta(seconds=40)


@pytest.fixture
def reading() -> Reading:
    """Return a user with as many staged files as one may have."""
    reading = Reading()
    for number in range(QUOTA.files):
        stage(reading, number)
    return reading


def stage(reading: Reading, number: int) -> None:
    """Have a file come."""
    staged_at = reading.clock()
    path = f"docs/{number}.md"
    reading.uploads.stage(Staged(reading.user.id, path, 1, "upload_1", number, staged_at))


def test_a_folder_goes_with_as_many_files_as_a_user_may_have(reading: Reading) -> None:
    assert reading.directories.open(reading.user, 1, "docs").total == QUOTA.files


def test_a_folder_of_more_files_is_refused_and_nothing_begins(reading: Reading) -> None:
    stage(reading, QUOTA.files)

    with pytest.raises(LimitExceededError) as refused:
        reading.directories.open(reading.user, 1, "docs")

    assert refused.value.code == "file_quota_reached"
    assert list(reading.uploads.list(reading.user.id)) == []
    assert not reading.files.shelf(reading.user.id, 1).is_pending


def test_the_files_of_a_folder_are_counted_each_time_it_is_taken(reading: Reading) -> None:
    for times in (1, 2):
        reading.directories.open(reading.user, 1, "docs")
        assert reading.counted("directory_files") == times * QUOTA.files
        assert reading.counted("upload") == times


def test_a_day_has_so_many_files_of_folders_and_what_is_refused_is_no_upload(
    reading: Reading,
) -> None:
    few = replace(ALLOWANCES, directory_files_per_day=QUOTA.files)
    limits = Limits(reading.limiter, SUBJECTS, few, reading.clock)
    reading.directories = replace(reading.directories, charge_folder=limits.folder)
    reading.directories.open(reading.user, 1, "docs")

    with pytest.raises(RateLimitError) as refused:
        reading.directories.open(reading.user, 1, "docs")

    assert refused.value.retry_after == 12 * 3600
    assert len(list(reading.uploads.list(reading.user.id))) == 1
    assert (reading.counted("upload"), reading.counted("directory_files")) == (1, QUOTA.files)
    reading.clock.advance(timedelta(hours=12))
    for number in range(QUOTA.files):
        stage(reading, number)
    reading.directories.open(reading.user, 1, "docs")


def test_too_big_a_folder_costs_nothing_and_one_sought_in_vain_an_upload(reading: Reading) -> None:
    stage(reading, QUOTA.files)
    with pytest.raises(LimitExceededError):
        reading.directories.open(reading.user, 1, "docs")
    assert (reading.counted("upload"), reading.counted("directory_files")) == (0, 0)

    with pytest.raises(NotFoundError):
        reading.directories.open(reading.user, 1, "docs", upload_ids=["upload_x"])

    assert (reading.counted("upload"), reading.counted("directory_files")) == (1, 0)


def test_a_third_folder_waits_until_one_of_two_is_over(reading: Reading) -> None:
    first, _ = (reading.directories.open(reading.user, 1, "docs") for _ in range(2))
    counted = (reading.counted("upload"), reading.counted("directory_files"))

    with pytest.raises(ConflictError, match="Other folders are being uploaded"):
        reading.directories.open(reading.user, 1, "docs")

    assert (reading.counted("upload"), reading.counted("directory_files")) == counted
    assert len(list(reading.uploads.list(reading.user.id))) == 2
    for entry in reading.entries(first):
        reading.uploads.end(entry.ended(UploadState.CANCELLED))
    reading.directories.open(reading.user, 1, "docs")


def taken() -> tuple[Reading, Upload]:
    """Return a user whose staged file is about to go to an assistant."""
    reading = Reading()
    reading.stage(("docs/a.txt", TEXT))
    return reading, reading.directories.open(reading.user, 1, "docs")


def passed_over(reading: Reading, upload: Upload, passes: int) -> ChunkResult:
    """Do what the state machine does, once."""
    return reading.directories.work_off(
        reading.user.id, upload.id, Chunk(0, 0, passes), until=reading.clock() + BUDGET
    )


@pytest.mark.parametrize(
    "total", [1, CHUNK, CHUNK + 1, CHUNK * MOST_CHUNKS, CHUNK * MOST_CHUNKS + 1, 5000, 123_457]
)
def test_every_file_is_of_one_chunk_and_there_are_not_too_many(total: int) -> None:
    reading, upload = taken()
    reading.shelves.opened[reading.user.id, upload.id] = replace(upload, total=total)

    chunks = reading.directories.chunks(reading.user.id, upload.id)

    sizes = [chunk.last - chunk.first + 1 for chunk in chunks]
    assert [number for chunk in chunks for number in range(chunk.first, chunk.last + 1)] == [
        *range(total)
    ]
    assert len(chunks) <= MOST_CHUNKS
    # Small ones as long as may be: then more of them are worked at side by side.
    assert max(sizes) <= CHUNK or len(chunks) == MOST_CHUNKS


def test_the_longer_a_chunk_takes_the_more_time_is_between_its_passes() -> None:
    reading, upload = taken()
    reading.upstream.holds = True
    rests = []
    for passes in range(PASSES_WITH_ALL_BEGUN):
        began = reading.clock()
        result = passed_over(reading, upload, passes)
        assert not result.is_over
        reading.clock.advance(timedelta(seconds=result.wait_seconds))
        assert reading.clock() - began >= interval_after(passes)
        rests.append(result.wait_seconds)

    # Soon at first, since most are quick.
    assert rests == [2, 3, 5, 7, 11, 16, 23, 35]
    assert sum(rests[:4]) < BUDGET.total_seconds()


def test_a_chunk_that_is_only_waited_for_makes_room_for_the_next() -> None:
    reading, upload = taken()
    reading.upstream.holds = True
    passed_over(reading, upload, 0)
    reading.clock.advance(timedelta(minutes=2))
    reading.queue.sent.clear()

    result = passed_over(reading, upload, PASSES_WITH_ALL_BEGUN)

    assert result.is_over
    (entry,) = reading.entries(upload)
    (sent,) = reading.queue.sent
    assert (sent.upload_id, sent.number) == (upload.id, 0)
    assert reading.clock() + sent.after == entry.lease_until > reading.clock()
    reading.upstream.holds = False
    reading.deliver()
    assert reading.attached() == ["docs/a.txt"]


def test_a_chunk_with_files_that_nobody_has_begun_is_gone_on_with() -> None:
    reading = Reading()
    reading.stage(("docs/a.txt", TEXT), ("docs/b.txt", b"Another"))
    upload = reading.directories.open(reading.user, 1, "docs")
    reading.upstream.holds = True
    late = replace(reading.entries(upload)[1], attempt=1, lease_until=reading.clock() + SLOW)
    reading.shelves.place(late)
    reading.queue.sent.clear()

    # No time is left to begin with the other.
    result = reading.directories.work_off(
        reading.user.id, upload.id, Chunk(0, 1, PASSES_WITH_ALL_BEGUN), until=reading.clock()
    )

    assert (result.is_over, result.wait_seconds > 0) == (False, True)
    assert reading.queue.sent == []


def test_what_failed_in_a_chunk_that_is_left_is_told_of_and_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, upload = taken()

    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(reading.accounts, "get", fail)
    reading.queue.sent.clear()

    result = passed_over(reading, upload, PASSES_WITH_ALL_BEGUN)

    assert result.is_over
    assert [type(failure) for failure in result.failures] == [ValueError]
    assert [sent.number for sent in reading.queue.sent] == [0]


def test_time_that_was_worked_need_not_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, upload = taken()
    reading.upstream.holds = True

    def slowly(kind: str) -> str:
        reading.clock.advance(SLOW / 2)
        return f"{kind}upstream"

    # A file's, and a store's.
    monkeypatch.setattr(reading.upstream, "new_id", slowly)
    assert interval_after(7) < SLOW

    # As the file itself is due.
    assert passed_over(reading, upload, 7).wait_seconds == 6
