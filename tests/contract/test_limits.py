"""Counting: what fake and adapter both promise."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from afterglow.adapters.dynamodb.limits import DynamoRateLimiter
from afterglow.domain.errors import RateLimitError
from afterglow.domain.rates import Period, Window
from afterglow.ports.limits import RateLimiter
from tests.fakes.clock import FakeClock
from tests.fakes.limits import InMemoryRateLimiter
from tests.tables import empty_tables

MINUTE, DAY = Window(Period.MINUTE, 2), Window(Period.DAY, 3)
BOTH = (MINUTE, DAY)


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock at noon."""
    return FakeClock()


@pytest.fixture(params=["in memory", "on AWS"])
def limiter(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[RateLimiter]:
    """Return one implementation of the port."""
    if request.param == "in memory":
        yield InMemoryRateLimiter(clock)
        return
    request.getfixturevalue("aws")
    empty_tables()
    yield DynamoRateLimiter(clock)


def wait(limiter: RateLimiter, subject: str = "someone", *, count: int = 1) -> int | None:
    """Take too much, and return for how long it is."""
    with pytest.raises(RateLimitError) as refused:
        limiter.take(subject, "action", BOTH, count=count)
    assert refused.value.message == "Rate limit exceeded"
    return refused.value.retry_after


def test_the_window_that_is_full_is_told_by_its_end(limiter: RateLimiter, clock: FakeClock) -> None:
    limiter.take("someone", "action", BOTH)
    clock.advance(timedelta(seconds=59))
    limiter.take("someone", "action", BOTH)
    assert wait(limiter) == 1

    clock.advance(timedelta(seconds=1))
    limiter.take("someone", "action", BOTH)
    assert wait(limiter) == 12 * 3600 - 60

    clock.advance(timedelta(hours=12) - timedelta(minutes=1))
    limiter.take("someone", "action", BOTH)


def test_the_same_minute_of_another_hour_is_another_minute(
    limiter: RateLimiter, clock: FakeClock
) -> None:
    for _ in range(2):
        limiter.take("someone", "action", (MINUTE, Window(Period.DAY, 100)))
    clock.advance(timedelta(hours=1))

    limiter.take("someone", "action", (MINUTE, Window(Period.DAY, 100)))


def test_a_minute_alone_is_every_minute_anew(limiter: RateLimiter, clock: FakeClock) -> None:
    for _ in range(3):
        for _ in range(2):
            limiter.take("someone", "action", [MINUTE])
        with pytest.raises(RateLimitError):
            limiter.take("someone", "action", [MINUTE])
        clock.advance(timedelta(minutes=1))


def test_what_has_no_room_in_one_window_counts_in_none(
    limiter: RateLimiter, clock: FakeClock
) -> None:
    limiter.take("someone", "action", BOTH, count=2)
    for _ in range(5):
        assert wait(limiter) == 60
    clock.advance(timedelta(minutes=1))

    limiter.take("someone", "action", BOTH)


def test_several_need_room_for_all(limiter: RateLimiter) -> None:
    limiter.take("someone", "action", BOTH)

    assert wait(limiter, count=2) == 60
    assert wait(limiter, "who did nothing", count=3) == 60
    assert wait(limiter, "who did nothing", count=4) == 12 * 3600
    limiter.take("someone", "action", BOTH)


def test_subjects_and_actions_are_counted_apart(limiter: RateLimiter) -> None:
    limiter.take("someone", "action", BOTH, count=2)

    limiter.take("someone else", "action", BOTH)
    limiter.take("someone", "another action", BOTH)


def test_what_is_given_back_can_be_taken_again(limiter: RateLimiter) -> None:
    limiter.take("someone", "action", BOTH)
    taken = limiter.take("someone", "action", BOTH)
    wait(limiter)

    limiter.give_back(taken)

    limiter.take("someone", "action", BOTH)
    wait(limiter)


def test_what_is_given_back_late_is_no_gift_to_the_next_window(
    limiter: RateLimiter, clock: FakeClock
) -> None:
    taken = limiter.take("someone", "action", [MINUTE], count=2)
    clock.advance(timedelta(minutes=1))
    limiter.take("someone", "action", [MINUTE], count=2)

    limiter.give_back(taken)

    with pytest.raises(RateLimitError):
        limiter.take("someone", "action", [MINUTE])


def test_nothing_is_given_back_twice(limiter: RateLimiter) -> None:
    taken = limiter.take("someone", "action", [MINUTE], count=2)
    for _ in range(3):
        limiter.give_back(taken)

    limiter.take("someone", "action", [MINUTE], count=2)
    with pytest.raises(RateLimitError):
        limiter.take("someone", "action", [MINUTE])


def test_a_limit_that_was_lowered_holds(limiter: RateLimiter) -> None:
    limiter.take("someone", "action", [Window(Period.HOUR, 10)], count=8)

    with pytest.raises(RateLimitError):
        limiter.take("someone", "action", [Window(Period.HOUR, 5)])
