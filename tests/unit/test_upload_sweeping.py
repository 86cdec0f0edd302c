"""What comes to nothing again and again does not keep the others from having their turn."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.identifiers import new_ordered_id
from afterglow.domain.models import Upload, UploadKind
from afterglow.ports.uploads import DueUpload, UploadRepository
from afterglow.services.upload_sweeping import (
    LONGEST_REST,
    MOST_AT_ONCE,
    MOST_READ,
    SHARE,
    SHORTEST_REST,
    UploadSweeper,
)
from tests.fakes.clock import NOON
from tests.fakes.dispatching import RecordingQueue
from tests.unit.library import OTHER_KEY, TEXT, Reading

DOWN = OperationFailedError("Down", code="openai_unavailable")


@pytest.fixture
def reading() -> Reading:
    """Return a user with a file."""
    reading = Reading()
    reading.upload()
    reading.queue.sent.clear()
    return reading


def unplanned(reading: Reading, number: int) -> Upload:
    """Store a move that is due, of some user."""
    now = reading.clock()
    upload = Upload(new_ordered_id("upload_", now), 1000 + number, UploadKind.MOVE, now, now)
    reading.uploads.open_unplanned(upload)
    return upload


def test_many_that_cannot_be_planned_starve_nobody(reading: Reading) -> None:
    for number in range(MOST_AT_ONCE):
        unplanned(reading, number)
    reading.clock.advance(timedelta(seconds=1))
    last = unplanned(reading, MOST_AT_ONCE)

    assert reading.sweeper.sweep() == MOST_AT_ONCE
    assert last.id not in {sent.upload_id for sent in reading.queue.sent}
    reading.clock.advance(timedelta(minutes=1))

    assert reading.sweeper.sweep() == 1
    assert reading.queue.sent[-1].upload_id == last.id


def sweeps(reading: Reading, days: int) -> list[datetime]:
    """Sweep every minute, and return when there was something to send."""
    sent = []
    for _ in range(days * 24 * 60):
        reading.clock.advance(timedelta(minutes=1))
        if reading.sweeper.sweep():
            sent.append(reading.clock())
    return sent


def test_the_older_the_more_rarely_and_for_as_long_as_it_takes(reading: Reading) -> None:
    upload = unplanned(reading, 0)

    sent = sweeps(reading, days=3)

    rests = [later - former for former, later in pairwise(sent)]
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (SHORTEST_REST, LONGEST_REST)
    assert len(sent) < 100
    stored = reading.uploads.get(upload.user_id, upload.id)
    assert not stored.is_planned


def test_files_of_a_key_that_opens_nothing_for_days_follow_it_then(reading: Reading) -> None:
    reading.change_key(OTHER_KEY)
    for _ in range(72):
        reading.upstream.fail("has_store", DOWN)
        with pytest.raises(OperationFailedError):
            reading.deliver()
        reading.clock.advance(timedelta(hours=1))
        reading.sweeper.sweep()
    assert not reading.files.library(reading.user.id).is_settled
    reading.upstream.errors.clear()

    reading.deliver()
    reading.recover()

    assert reading.searchable(OTHER_KEY) == {TEXT}
    assert reading.files.library(reading.user.id).is_settled


def test_one_that_is_put_off_is_begun_all_the_same(reading: Reading) -> None:
    upload = reading.stage(("late.txt", b"Late."))
    moved = reading.directories.open(reading.user, 1, "")
    assert upload.id != moved.id
    reading.launcher.launched.clear()
    (entry,) = reading.entries(moved)
    due = replace(entry, lease_until=reading.clock())
    reading.shelves.place(due)

    assert reading.sweeper.sweep() == 1
    (entry,) = reading.entries(moved)
    assert (entry.attempt, entry.lease_until) == (0, reading.clock() + SHORTEST_REST)
    reading.deliver()

    assert reading.searchable() == {TEXT, b"Late."}


class Backlog:
    """What is due, and stays as it is: somebody has begun with all of it."""

    def __init__(self, *lengths: int) -> None:
        self.lengths, self.read = lengths, 0

    def due(self) -> Iterator[DueUpload]:
        """Return so much of each user, all of the first before all of the second."""
        for user_id, length in enumerate(self.lengths):
            for number in range(length):
                self.read += 1
                due_at = NOON + timedelta(milliseconds=user_id)
                yield DueUpload(user_id, f"upload_{user_id}", number, due_at)

    def latest_due(self, until: datetime) -> Iterator[DueUpload]:
        """Return the same from its end, as far as it is due."""
        read, there = self.read, list(self.due())
        self.read = read
        for each in reversed([due for due in there if due.lease_until <= until]):
            self.read += 1
            yield each

    def postpone(self, due: DueUpload, until: datetime) -> None:
        """Do nothing."""


def swept(backlog: Backlog) -> Counter[int]:
    """Sweep once, and return how much was sent of each user's."""
    queue = RecordingQueue()
    sweeper = UploadSweeper(
        cast("UploadRepository", backlog), queue, lambda: NOON + timedelta(minutes=1)
    )
    assert sweeper.sweep() == len(queue.sent)
    return Counter(sent.user_id for sent in queue.sent)


def test_nobody_waits_for_the_backlog_of_another() -> None:
    assert swept(Backlog(MOST_READ - 1, 1)) == {0: SHARE, 1: 1}


def test_when_there_are_many_with_backlogs_each_has_a_turn() -> None:
    users = MOST_AT_ONCE // 2

    assert swept(Backlog(*[100] * users)) == dict.fromkeys(range(users), 2)


def test_so_much_is_read_and_no_more() -> None:
    backlog = Backlog(3 * MOST_READ)

    assert swept(backlog) == {0: SHARE}
    assert backlog.read == 2 * MOST_READ


def test_what_is_due_last_is_not_hidden_behind_a_backlog() -> None:
    assert swept(Backlog(3 * MOST_READ, 1)) == {0: SHARE, 1: 1}


def test_what_is_read_from_both_ends_is_sent_once() -> None:
    # Of the second user everything is read twice.
    assert swept(Backlog(MOST_READ - 5, 15)) == {0: SHARE, 1: 15}
