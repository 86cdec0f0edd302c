"""A file is begun only where it is likely to be done with: else another function begins it."""

from datetime import timedelta

import pytest

from afterglow.domain.models import Upload, UploadState
from afterglow.services import ingesting
from afterglow.services.chunks import Chunk, ChunkResult
from afterglow.services.pacing import Shift
from tests.fakes.clock import NOON
from tests.unit.library import BUDGET, Reading

SECOND = timedelta(seconds=1)
DONE, WAITING = UploadState.COMPLETED, UploadState.IN_PROGRESS


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Return a user whose files take a second for each of their bytes, from half a minute on."""
    monkeypatch.setattr(ingesting, "BYTES_A_SECOND", 1)
    reading = Reading()
    take = reading.copies.keep

    def slowly(staged: object, file: object) -> None:
        reading.clock.advance(SECOND * file.size)  # type: ignore[attr-defined]
        take(staged, file)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.copies, "keep", slowly)
    return reading


def folder(reading: Reading, *sizes: int) -> Upload:
    """Return an upload of files of these sizes that nobody has begun."""
    reading.stage(*((f"docs/{n}.txt", bytes([65 + n]) * size) for n, size in enumerate(sizes)))
    return reading.directories.open(reading.user, 1, "docs")


def work(reading: Reading, upload: Upload) -> ChunkResult:
    """Do what the state machine does, once: the time is up after `BUDGET`."""
    chunk, until = Chunk(0, upload.total - 1), reading.clock() + BUDGET
    return reading.directories.work_off(reading.user.id, upload.id, chunk, until=until)


def begun(reading: Reading, upload: Upload) -> list[bool]:
    """Tell of each file of an upload whether anybody has begun with it."""
    return [entry.attempt > 0 for entry in reading.entries(upload)]


def test_a_file_is_begun_if_the_time_will_do(reading: Reading) -> None:
    # Of 24 seconds 14 are left for the second, 6 for the third and the fourth.
    upload = folder(reading, 10, 8, 7, 6)

    result = work(reading, upload)

    assert begun(reading, upload) == [True, True, False, True]
    assert (result.is_over, result.wait_seconds) == (False, 2)
    reading.clock.advance(timedelta(seconds=result.wait_seconds))
    work(reading, upload)
    assert begun(reading, upload) == [True] * 4


def test_the_first_is_begun_however_big_it_is_and_the_next_by_the_next(reading: Reading) -> None:
    upload = folder(reading, 500, 400)

    result = work(reading, upload)
    assert begun(reading, upload) == [True, False]
    # As soon as may be, though the first is to rest longer.
    assert result.wait_seconds == 2
    reading.clock.advance(timedelta(seconds=2))
    work(reading, upload)

    assert begun(reading, upload) == [True, True]
    assert reading.upstream.called("upload") == 2


def test_what_took_no_time_is_in_nobodys_way(reading: Reading) -> None:
    """A big file that is looked at again, before another: as good as first."""
    reading.upstream.holds = True
    upload = folder(reading, 500, 400)
    work(reading, upload)
    reading.clock.advance(timedelta(minutes=1))

    work(reading, upload)

    assert reading.upstream.called("indexing") + reading.upstream.called("index") == 3
    assert begun(reading, upload) == [True, True]


def test_a_message_that_has_come_late_in_a_shift_comes_again(reading: Reading) -> None:
    upload = reading.announce(("a.txt", b"A" * 20), assistant_id=1)
    (entry,) = reading.entries(upload)
    reading.staging.put(entry, b"A" * 20)
    shift = Shift(reading.clock() - 5 * SECOND, reading.clock() + 19 * SECOND)

    reading.work.arrived(reading.user.id, upload.id, 0, shift)

    (entry,) = reading.entries(upload)
    assert (entry.state, entry.attempt, entry.failures) == (WAITING, 0, 0)
    assert [(sent.number, sent.after) for sent in reading.queue.sent] == [(0, timedelta())]
    reading.work.look_at(reading.user.id, upload.id, 0, shift)
    assert len(reading.queue.sent) == 2
    reading.deliver()
    assert reading.entries(upload)[0].state is DONE


TIMES = {
    (0, 0): True,
    (24, 0): True,
    (999, 0): True,
    (999, 4): True,
    (999, 5): False,
    (10, 14): True,
    (10, 15): False,
    (0, 23): True,
    (0, 24): False,
}


@pytest.mark.parametrize(("needed", "at"), TIMES)
def test_what_there_is_time_for(needed: int, at: int) -> None:
    shift = Shift(NOON, NOON + BUDGET)

    assert shift.has_time_for(needed * SECOND, NOON + at * SECOND) is TIMES[needed, at]
