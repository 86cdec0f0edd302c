"""Files that wait until it is known where the key leads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Upload, UploadFile, UploadState
from afterglow.services.indexing import LONGEST_UNSETTLED_REST
from tests.mortality import Killed, Life
from tests.unit.library import OTHER_KEY, Reading

LATE = b"Late."
DOWN = OperationFailedError("Down", code="openai_unavailable")


def moving() -> Reading:
    """Return an assistant with a file, and a key that may be of another project."""
    reading = Reading()
    reading.upload()
    reading.stage(("docs/late.txt", LATE))
    reading.change_key(OTHER_KEY)
    return reading


@pytest.fixture
def reading() -> Reading:
    """Return what is stored."""
    return moving()


def opened(reading: Reading) -> Upload:
    """Begin with a folder while nobody knows where the key leads."""
    upload = reading.directories.open(reading.user, 1, "docs")
    look_at(reading, upload)
    return upload


def look_at(reading: Reading, upload: Upload) -> UploadFile:
    reading.work.look_at(reading.user.id, upload.id, 0, reading.shift())
    (entry,) = reading.entries(upload)
    return entry


def rested(reading: Reading, upload: Upload) -> list[timedelta]:
    """Look at a file for most of its life, each time that it is due; return how long it rests."""
    rests = []
    while reading.clock() < upload.created_at + timedelta(hours=23):
        (entry,) = reading.entries(upload)
        rests.append(entry.lease_until - reading.clock())
        reading.clock.advance(rests[-1])
        assert look_at(reading, upload).state is UploadState.IN_PROGRESS
    return rests


def plan(reading: Reading) -> None:
    """Deliver the message that has the move planned, without the rest of the queue."""
    (message,) = [sent for sent in reading.queue.sent if sent.number is None]
    reading.work.plan(message.user_id, message.upload_id)


def go_on(reading: Reading) -> None:
    """Work off what the queue has to say at once, and nothing of what it holds back."""
    for sent in list(reading.queue.sent):
        if sent.number is not None and sent.after == timedelta():
            reading.work.look_at(sent.user_id, sent.upload_id, sent.number, reading.shift())


def test_the_longer_it_takes_the_more_rarely_a_file_is_looked_at(reading: Reading) -> None:
    rests = rested(reading, opened(reading))

    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (timedelta(seconds=2), LONGEST_UNSETTLED_REST)
    assert len(rests) < 150


def test_once_it_is_settled_a_file_goes_on_at_once(reading: Reading) -> None:
    upload = opened(reading)
    rested(reading, upload)
    reading.queue.sent = [sent for sent in reading.queue.sent if sent.number is None]
    now = reading.clock()

    plan(reading)
    go_on(reading)

    assert reading.entries(upload)[0].state is UploadState.COMPLETED
    assert LATE in reading.searchable(OTHER_KEY)
    assert reading.clock() - now < timedelta(seconds=5)


def test_as_long_as_it_is_not_settled_nobody_is_woken(reading: Reading) -> None:
    upload = opened(reading)
    rested(reading, upload)
    before = reading.entries(upload)
    reading.upstream.fail("has_store", DOWN)

    with pytest.raises(OperationFailedError):
        plan(reading)
    reading.work.waker.wake(reading.user.id)

    assert reading.entries(upload) == before


def test_what_somebody_is_at_is_left_to_him(reading: Reading) -> None:
    upload = opened(reading)
    (entry,) = reading.entries(upload)
    reading.clock.advance(timedelta(minutes=1))
    at_work = reading.uploads.claim(
        replace(entry, failures=1), reading.clock() + timedelta(seconds=35)
    )

    plan(reading)

    assert reading.entries(upload) == [at_work]


@pytest.mark.parametrize("unanswered", [False, True])
def test_whoever_wakes_may_be_killed(unanswered: bool) -> None:  # noqa: FBT001 - a parameter
    """The queue delivers its message again, which finds everything planned."""
    calls = 0
    while True:
        reading = moving()
        upload = opened(reading)
        rested(reading, upload)
        message = next(sent for sent in reading.queue.sent if sent.number is None)
        reading.queue.sent.clear()
        reading.wire(Life(calls, unanswered=unanswered))
        try:
            reading.work.plan(message.user_id, message.upload_id)
        except Killed:
            reading.wire()
            reading.work.plan(message.user_id, message.upload_id)
        else:
            break
        finally:
            assert reading.entries(upload)[0].lease_until <= reading.clock()
        calls += 1
    assert calls > 8


def test_without_a_key_it_fails_instead_of_waiting(reading: Reading) -> None:
    upload = opened(reading)
    assert reading.entries(upload)[0].state is UploadState.IN_PROGRESS
    user = reading.accounts.get(reading.user.id)
    assert user
    assert user.api_key
    reading.accounts.clear_api_key(user.id, user.api_key.version)
    reading.clock.advance(timedelta(minutes=1))

    entry = look_at(reading, upload)

    assert entry.state is UploadState.FAILED
    assert entry.error
    assert entry.error.code == "openai_key_missing"
