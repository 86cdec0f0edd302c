"""Seats: what the fake and the adapter both promise, and what happens when many want one."""

import time
from datetime import timedelta

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from afterglow.adapters.dynamodb.seats import DynamoSeatRepository
from afterglow.domain.identifiers import new_user_id
from afterglow.ports.seats import SeatRepository
from tests.fakes.clock import FakeClock
from tests.fakes.seats import InMemorySeats
from tests.wiretap import Wiretap, losing_the_reply, refusing, undisturbed

MOST = 2
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def user_id() -> int:
    """Return a user of the test's own."""
    return new_user_id()


@pytest.fixture(params=["in memory", "on AWS"])
def seats(request: pytest.FixtureRequest, clock: FakeClock) -> SeatRepository:
    """Return one implementation."""
    if request.param == "in memory":
        return InMemorySeats(clock)
    request.getfixturevalue("aws")
    return DynamoSeatRepository(clock)


def test_so_many_are_taken_and_no_more(
    seats: SeatRepository, clock: FakeClock, user_id: int
) -> None:
    taken = [seats.take(user_id, MOST, clock() + MINUTE) for _ in range(MOST)]

    assert all(taken)
    assert len(set(taken)) == MOST
    assert seats.take(user_id, MOST, clock() + MINUTE) is None
    # Nobody else has fewer for it.
    assert seats.take(user_id + 1, MOST, clock() + MINUTE)


def test_who_leaves_makes_room_once(seats: SeatRepository, clock: FakeClock, user_id: int) -> None:
    first, _ = (seats.take(user_id, MOST, clock() + MINUTE) for _ in range(MOST))
    for _ in range(2):
        seats.leave(user_id, first or "")
    seats.leave(user_id, "nobody's")

    assert seats.take(user_id, MOST, clock() + MINUTE)
    assert seats.take(user_id, MOST, clock() + MINUTE) is None


def test_who_dies_on_a_seat_has_it_until_its_time_is_up(
    seats: SeatRepository, clock: FakeClock, user_id: int
) -> None:
    for _ in range(MOST):
        seats.take(user_id, MOST, clock() + MINUTE)
    clock.advance(MINUTE - timedelta(seconds=1))
    assert seats.take(user_id, MOST, clock() + MINUTE) is None
    clock.advance(timedelta(seconds=1))

    assert all(seats.take(user_id, MOST, clock() + MINUTE) for _ in range(MOST))
    assert seats.take(user_id, MOST, clock() + MINUTE) is None


def test_of_two_who_want_the_last_one_has_it(aws: Wiretap, clock: FakeClock, user_id: int) -> None:
    seats, quick = DynamoSeatRepository(clock), []
    seats.take(user_id, MOST, clock() + MINUTE)

    def be_quicker() -> None:
        quick.append(seats.take(user_id, MOST, clock() + MINUTE))

    def outrun(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        be_quicker()
        return undisturbed(event_name, request)

    with aws.spoiling("UpdateItem", outrun):
        late = seats.take(user_id, MOST, clock() + MINUTE)

    assert (bool(quick[0]), late) == (True, None)


def test_a_seat_whose_reply_was_lost_is_taken_once(
    aws: Wiretap, clock: FakeClock, user_id: int
) -> None:
    seats = DynamoSeatRepository(clock)

    with aws.spoiling("UpdateItem", losing_the_reply):
        seat = seats.take(user_id, 1, clock() + MINUTE)

    assert seat
    seats.leave(user_id, seat)
    assert seats.take(user_id, 1, clock() + MINUTE)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how many seconds are slept, without sleeping."""
    rests: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", rests.append)
    return rests


def test_who_is_outrun_rests_a_little_and_leaves_all_the_same(
    aws: Wiretap, clock: FakeClock, user_id: int, rests: list[float]
) -> None:
    seats = DynamoSeatRepository(clock)
    seat = seats.take(user_id, 1, clock() + MINUTE)
    assert seat

    with aws.spoiling("UpdateItem", *[refusing("ConditionalCheckFailedException")] * 12):
        seats.leave(user_id, seat)

    assert seats.take(user_id, 1, clock() + MINUTE)
    assert len(rests) == len(set(rests)) == 12
    assert all(0 <= rest <= 0.05 for rest in rests)


def test_who_is_always_outrun_gives_up_in_time(
    aws: Wiretap, clock: FakeClock, user_id: int
) -> None:
    seats = DynamoSeatRepository(clock)
    began = time.monotonic()

    with aws.breaking("UpdateItem", refusing("ConditionalCheckFailedException")):
        assert seats.take(user_id, 1, clock() + MINUTE) is None

    assert 1.5 < time.monotonic() - began < 8
