"""What the upstream, a store or the time may put in the reaper's way."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.services.clearing import LAST_REQUESTS, PATIENCE
from tests.departures import MINUTE, one_pass
from tests.unit.departed import Departed

PASSING = [
    RateLimitError("slow down", code="openai_rate_limited", retry_after=1),
    OperationFailedError("down", code="openai_unavailable"),
    LimitExceededError("no credit", code="openai_insufficient_quota"),
]
OF_THE_KEY = ["openai_key_invalid", "openai_key_refused"]
each_passing = pytest.mark.parametrize("error", PASSING, ids=lambda error: error.code)


@pytest.fixture
def departed() -> Departed:
    """Return a world in which nobody has left yet."""
    return Departed()


@each_passing
def test_what_may_pass_is_tried_again_and_nothing_is_lost_till_then(
    departed: Departed, error: DomainError
) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=3)
    departed.delete(customer, thread.id)
    departed.engine_of(customer).then(error)

    first = one_pass(departed.reaper)
    left = departed.left_of(customer)
    second = one_pass(departed.reaper)

    assert [failure for _, failure in first.failures] == [error]
    assert (first.finished, first.forgotten, dict(first.left_upstream)) == (0, 0, {})
    assert left == 6 + 3 + 1
    assert (second.finished, second.forgotten) == (1, 3)
    assert departed.engine_of(customer).deleted == responses


@each_passing
def test_what_does_not_pass_in_a_day_is_left_upstream(
    departed: Departed, error: DomainError
) -> None:
    customer = departed.settled()
    thread, _ = customer.thread(turns=3)
    departed.delete(customer, thread.id)
    engine = departed.engine_of(customer)

    departed.clock.advance(PATIENCE - LAST_REQUESTS)
    engine.then(error)
    still_hoping = one_pass(departed.reaper)
    departed.clock.advance(timedelta(seconds=1))
    engine.then(error)
    report = one_pass(departed.reaper)

    assert len(still_hoping.failures) == 1
    assert (report.finished, report.failures) == (1, [])
    assert dict(report.left_upstream) == {error.code: 3}
    # Nobody waits for each of them.
    assert len(engine.calls) == 2
    assert departed.left_of(customer) == 0


@pytest.mark.parametrize("code", OF_THE_KEY)
def test_a_key_that_no_longer_opens_anything_is_asked_once(departed: Departed, code: str) -> None:
    customer = departed.settled()
    thread, _ = customer.thread(turns=30)
    departed.delete(customer, thread.id)
    engine = departed.engine_of(customer)
    engine.then(InvalidInputError("no", code=code))

    report = one_pass(departed.reaper)

    assert (report.finished, report.forgotten) == (1, 0)
    assert dict(report.left_upstream) == {code: 30}
    assert len(engine.calls) == 1
    assert departed.left_of(customer) == 0


def test_one_response_that_is_refused_is_no_reason_to_leave_the_others(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=3)
    departed.delete(customer, thread.id)
    engine = departed.engine_of(customer)
    engine.then(InvalidInputError("odd", code="openai_refused"))

    report = one_pass(departed.reaper)

    assert (report.finished, report.forgotten) == (1, 2)
    assert dict(report.left_upstream) == {"openai_refused": 1}
    assert len(engine.deleted & responses) == 2


@pytest.mark.parametrize("taken_back", [True, False])
def test_without_a_key_what_is_upstream_stays_there(
    departed: Departed, *, taken_back: bool
) -> None:
    customer = departed.settled()
    thread, _ = customer.thread(turns=2)
    departed.delete(customer, thread.id)
    version = departed.remains.key_version(customer.user.id)
    assert version is not None
    if taken_back:
        departed.accounts.clear_api_key(customer.user.id, version)
    departed.vault.delete(customer.user.id)

    report = one_pass(departed.reaper)

    assert (report.finished, dict(report.left_upstream)) == (1, {"openai_key_missing": 2})
    assert departed.engines == {}
    assert departed.left_of(customer) == 0


def test_the_key_outlives_what_it_opens(departed: Departed) -> None:
    customer = departed.settled()
    customer.thread(turns=2)
    departed.accounts.delete(customer.user.id, departed.clock())
    departed.clock.advance(LAST_REQUESTS)
    engine = departed.engine_of(customer)
    engine.then(PASSING[0])

    one_pass(departed.reaper)
    kept = dict(departed.vault.keys)
    one_pass(departed.reaper)

    assert kept == {customer.user.id: customer.api_key}
    assert departed.vault.keys == {}
    assert len(engine.deleted) == 2


def test_one_that_cannot_go_on_does_not_keep_the_others(departed: Departed) -> None:
    bad, good = departed.settled(), departed.settled()
    for customer in (bad, good):
        thread, _ = customer.thread(turns=2)
        departed.delete(customer, thread.id)
        departed.clock.advance(MINUTE)
    broken = RuntimeError("a store is broken")
    departed.engine_of(bad).then(broken, broken)

    first = one_pass(departed.reaper)
    (left,) = departed.deletions.pending()
    second = one_pass(departed.reaper)

    assert (first.finished, first.failures[0][1]) == (1, broken)
    assert departed.left_of(good) == 0
    assert (left.user_id, left.attempts) == (bad.user.id, 1)
    assert [deletion.attempts for deletion, _ in second.failures] == [1]
    assert one_pass(departed.reaper).finished == 1
    assert departed.left_of(bad) == 0
