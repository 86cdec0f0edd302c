"""How the reaper's time is shared."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import OperationFailedError
from tests.departures import MINUTE, one_pass
from tests.unit.departed import Departed


@pytest.fixture
def departed() -> Departed:
    """Return a world in which nobody has left yet."""
    return Departed()


def test_who_fails_comes_last(departed: Departed) -> None:
    first, second = departed.settled(), departed.settled()
    for customer in (first, second):
        thread, _ = customer.thread(turns=2)
        departed.delete(customer, thread.id)
        departed.clock.advance(MINUTE)
    departed.engine_of(first).then(OperationFailedError("down", code="openai_unavailable"))
    one_pass(departed.reaper, within=timedelta(seconds=1))

    # The oldest had its turn, and there is time for one more only.
    report = one_pass(departed.reaper, within=timedelta(seconds=1))

    assert (report.forgotten, report.unfinished) == (1, 2)
    assert len(departed.engine_of(second).deleted) == 1
    assert departed.engine_of(first).deleted == set()


def test_each_gets_its_share_of_the_time(departed: Departed) -> None:
    customers = [departed.settled() for _ in range(3)]
    for customer in customers:
        thread, _ = customer.thread(turns=40)
        departed.delete(customer, thread.id)

    report = one_pass(departed.reaper)

    assert report.unfinished == 3
    assert [len(departed.engine_of(each).deleted) for each in customers] == [20, 20, 20]


def test_what_one_does_not_need_goes_to_the_others(departed: Departed) -> None:
    quick, slow = departed.settled(), departed.settled()
    for customer, turns in ((quick, 1), (slow, 59)):
        thread, _ = customer.thread(turns=turns)
        departed.delete(customer, thread.id)

    report = one_pass(departed.reaper, within=timedelta(seconds=61))

    assert (report.finished, report.unfinished) == (2, 0)


def test_no_step_begins_when_time_is_up(departed: Departed) -> None:
    customers = [departed.settled() for _ in range(3)]
    for customer in customers:
        thread, _ = customer.thread(turns=2)
        departed.delete(customer, thread.id)

    nothing = one_pass(departed.reaper, within=timedelta(0))
    # The first one's step takes all there is.
    something = one_pass(departed.reaper, within=timedelta(milliseconds=1))

    assert (nothing.unfinished, nothing.forgotten) == (3, 0)
    assert (something.unfinished, something.forgotten) == (3, 1)


def test_the_smallest_share_gets_something_done(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=3)
    departed.delete(customer, thread.id)

    for _ in range(2 * 3):
        one_pass(departed.reaper, within=timedelta(microseconds=1))

    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0
