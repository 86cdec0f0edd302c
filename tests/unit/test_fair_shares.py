"""One user's files do not hold up another's: each has a share of what the queue's function does."""

from datetime import timedelta

import pytest

from afterglow.domain.models import Upload, UploadState
from afterglow.services.pacing import SHORTEST_WAIT, Shift
from afterglow.services.upload_work import LONGEST_WAIT_FOR_SEAT, SHARE
from tests.template.document import FUNCTIONS
from tests.unit.library import TEXT, Reading

DONE, WAITING = UploadState.COMPLETED, UploadState.IN_PROGRESS


@pytest.fixture
def reading() -> Reading:
    """Return a user of whose files as many are worked at as may be."""
    reading = Reading()
    take_all(reading)
    return reading


def take_all(reading: Reading, user_id: int | None = None) -> list[str | None]:
    """Take all of a user's seats, as long as a function lives."""
    ends = reading.clock() + timedelta(minutes=5)
    return [reading.seats.take(user_id or reading.user.id, SHARE, ends) for _ in range(SHARE)]


def arrived(reading: Reading) -> Upload:
    """Have a file come."""
    upload = reading.announce(("a.txt", TEXT), assistant_id=1)
    reading.arrive(upload, 0, TEXT)
    return upload


def test_beyond_a_share_a_file_waits_and_then_goes_on(reading: Reading) -> None:
    upload = arrived(reading)

    (entry,) = reading.entries(upload)
    assert (entry.state, entry.failures, reading.upstream.calls) == (WAITING, 0, [])
    assert entry.lease_until == reading.clock() + SHORTEST_WAIT
    assert [sent.after for sent in reading.queue.sent] == [SHORTEST_WAIT]
    # The seats are free when those who have them must be dead: nothing is lost.
    reading.deliver()
    assert reading.entries(upload)[0].state is DONE
    assert reading.entries(upload)[0].failures <= 1
    assert reading.seats.count(reading.user.id) == 0


def test_others_do_not_wait_for_it() -> None:
    reading = Reading()
    take_all(reading, reading.user.id + 1)

    assert reading.entries(arrived(reading))[0].state is DONE


def test_of_several_messages_of_a_file_one_waits(reading: Reading) -> None:
    upload = arrived(reading)
    reading.clock.advance(SHORTEST_WAIT / 2)

    for _ in range(3):
        reading.work.look_at(reading.user.id, upload.id, 0, reading.shift())
        reading.work.arrived(reading.user.id, upload.id, 0, reading.shift())

    assert len(reading.queue.sent) == 1


def test_who_is_late_with_putting_it_back_leaves_it_to_whoever_was_first(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = reading.announce(("a.txt", TEXT), assistant_id=1)
    (entry,) = reading.entries(upload)
    reading.staging.put(entry, TEXT)

    def outrun(*_: object) -> None:
        (arrived,) = reading.entries(upload)
        reading.uploads.claim(arrived, reading.clock() + timedelta(seconds=35))

    monkeypatch.setattr(reading.seats, "take", outrun)
    reading.work.arrived(reading.user.id, upload.id, 0, reading.shift())

    assert reading.queue.sent == []
    assert reading.entries(upload)[0].attempt == 1


def test_the_longer_the_more_rarely_and_never_given_up(reading: Reading) -> None:
    upload = arrived(reading)
    waits = []
    for _ in range(40):
        sent = reading.queue.sent.pop()
        assert reading.queue.sent == []
        waits.append(sent.after)
        reading.clock.advance(sent.after)
        take_all(reading)
        reading.work.look_at(reading.user.id, upload.id, 0, reading.shift())

    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_FOR_SEAT
    reading.seats.taken.clear()
    reading.deliver()
    assert reading.entries(upload)[0].state is DONE


def test_who_fails_leaves_its_seat_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading()

    def break_down(*_: object) -> None:
        assert reading.seats.count(reading.user.id) == 1
        raise ConnectionError

    monkeypatch.setattr(reading.copies, "keep", break_down)
    with pytest.raises(ConnectionError):
        arrived(reading)

    assert reading.seats.count(reading.user.id) == 0


def test_a_seat_is_taken_for_as_long_as_its_function_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, ends = Reading(), []
    upload = reading.announce(("a.txt", TEXT), assistant_id=1)
    reading.staging.put(reading.entries(upload)[0], TEXT)
    take = reading.seats.take

    def noted(user_id: int, most: int, until: object) -> str | None:
        ends.append(until)
        return take(user_id, most, until)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.seats, "take", noted)
    shift: Shift = reading.shift()
    reading.work.arrived(reading.user.id, upload.id, 0, shift)

    assert ends == [shift.ends]


def test_two_users_together_do_not_hold_more_than_there_is() -> None:
    (event,) = FUNCTIONS["IngestFunction"]["Events"].values()

    assert 1 < 2 * SHARE <= event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
