"""Deleted threads and users are cleared away, whatever comes in between."""

import random
from datetime import timedelta
from itertools import zip_longest

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.services.clearing import LAST_REQUESTS
from afterglow.services.forgetting import ReapReport
from tests.departures import MINUTE, one_pass
from tests.examples import a_session, a_user
from tests.mortality import Killed, Life
from tests.unit.departed import Departed


@pytest.fixture
def departed() -> Departed:
    """Return a world in which nobody has left yet."""
    return Departed()


def test_nothing_is_done_where_nothing_is_deleted(departed: Departed) -> None:
    customer = departed.settled()
    customer.thread(turns=2)

    assert one_pass(departed.reaper) == ReapReport()
    assert departed.left_of(customer) == 4 + 2 + 1
    assert departed.engines == {}


def test_a_deleted_thread_leaves_nothing_here_and_upstream(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=30)
    kept, _ = customer.thread(turns=1)
    departed.delete(customer, thread.id)

    report = one_pass(departed.reaper)

    assert (report.finished, report.forgotten, report.failures) == (1, 30, [])
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 2 + 1 + 1
    assert departed.threads.get(customer.user.id, kept.id) == kept
    assert list(departed.deletions.pending()) == []


def test_the_runs_of_all_ends_are_forgotten(departed: Departed) -> None:
    customer = departed.settled()
    thread, _ = customer.thread()
    unanswered = customer.ask(thread.id)
    departed.clock.advance(MINUTE)
    departed.delete(customer, thread.id)

    one_pass(departed.reaper)

    assert departed.engine_of(customer).deleted == {unanswered}
    assert departed.left_of(customer) == 0


def test_a_run_that_may_yet_be_bound_is_waited_for(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=1)
    customer.ask(thread.id, bound=False)
    departed.delete(customer, thread.id)

    early = one_pass(departed.reaper)
    left = departed.left_of(customer)
    departed.clock.advance(timedelta(seconds=35))
    late = one_pass(departed.reaper)

    assert (early.waiting, early.finished, early.failures) == (1, 0, [])
    # The one run that is over went; what leads to the other one did not.
    assert left == 3 + 1 + 1
    assert (late.waiting, late.finished) == (0, 1)
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0


def test_a_run_that_goes_on_is_stopped_and_cleared_away_at_once(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=1)
    working = customer.ask(thread.id)
    departed.delete(customer, thread.id)

    report = one_pass(departed.reaper)

    assert (report.waiting, report.finished, report.forgotten) == (0, 1, 2)
    assert departed.engine_of(customer).deleted == responses | {working}
    assert departed.left_of(customer) == 0


def test_what_a_turn_binds_at_the_last_moment_is_forgotten_too(departed: Departed) -> None:
    customer = departed.settled()
    thread, _ = customer.thread()
    customer.ask(thread.id, bound=False)
    departed.delete(customer, thread.id)
    one_pass(departed.reaper)
    (run,) = departed.records.runs.values()

    departed.ledger.bind(run, "resp_late")
    departed.clock.advance(MINUTE)
    one_pass(departed.reaper)

    assert departed.engine_of(customer).deleted == {"resp_late"}
    assert departed.left_of(customer) == 0


def test_a_deleted_user_leaves_nothing_and_the_name_is_free(departed: Departed) -> None:
    customer, other = departed.settled(), departed.settled()
    responses = customer.thread(turns=2)[1] | customer.thread(turns=1)[1]
    other.thread(turns=1)
    before, user = departed.left_of(other), customer.user
    departed.accounts.delete(user.id, departed.clock())
    departed.clock.advance(LAST_REQUESTS)

    report = one_pass(departed.reaper)

    assert (report.finished, report.forgotten, report.failures) == (1, 3, [])
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0
    assert departed.sessions.list(user.id) == []
    assert [owner for owner, _ in departed.accounts.assistants] == [other.user.id]
    assert set(departed.vault.keys) == {other.user.id}
    assert list(departed.deletions.pending()) == []
    newcomer = a_user(username=user.username)
    departed.accounts.create(newcomer, a_session(newcomer))
    assert (departed.left_of(other), departed.engine_of(other).deleted) == (before, set())


def test_a_thread_is_not_cleared_away_while_somebody_may_be_reading_it(
    departed: Departed,
) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=2)
    before = departed.left_of(customer)
    departed.threads.delete(customer.user.id, thread.id, departed.clock())
    departed.clock.advance(LAST_REQUESTS - timedelta(seconds=1))

    assert one_pass(departed.reaper).waiting == 1
    assert (departed.left_of(customer), departed.engines) == (before, {})
    departed.clock.advance(timedelta(seconds=1))

    assert one_pass(departed.reaper).finished == 1
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0


def test_a_user_is_not_cleared_away_while_a_last_request_may_be_under_way(
    departed: Departed,
) -> None:
    customer = departed.settled()
    thread, _ = customer.thread(turns=1)
    departed.accounts.delete(customer.user.id, departed.clock())
    departed.clock.advance(LAST_REQUESTS - timedelta(seconds=1))

    early = one_pass(departed.reaper)
    last, _ = customer.thread(turns=1)
    departed.clock.advance(timedelta(seconds=1))
    late = one_pass(departed.reaper)

    assert (early.waiting, early.finished) == (1, 0)
    assert (late.waiting, late.finished, late.forgotten) == (0, 1, 2)
    for gone in (thread, last):
        with pytest.raises(NotFoundError):
            departed.threads.get(customer.user.id, gone.id)
    assert departed.left_of(customer) == 0


def test_a_pass_tells_how_old_the_oldest_deletion_is(departed: Departed) -> None:
    customer = departed.settled()
    for _ in range(2):
        thread, _ = customer.thread()
        departed.delete(customer, thread.id)
        departed.clock.advance(MINUTE)
    before = departed.clock()
    oldest = min(each.requested_at for each in departed.deletions.pending())

    report = one_pass(departed.reaper)

    assert report.oldest == before - oldest >= 2 * MINUTE
    assert one_pass(departed.reaper).oldest == timedelta(0)


def test_two_passes_at_once_do_no_harm(departed: Departed) -> None:
    customer = departed.settled()
    _, responses = customer.thread(turns=30)
    departed.accounts.delete(customer.user.id, departed.clock())
    departed.clock.advance(LAST_REQUESTS)
    (deletion,) = departed.deletions.pending()
    report = ReapReport()

    both = (departed.reaper.clearing.steps(deletion, report) for _ in range(2))
    steps = [step for pair in zip_longest(*both, fillvalue="over") for step in pair]
    departed.deletions.finish(deletion)

    assert len(steps) > 60
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0
    assert customer.user.username not in departed.accounts.ids
    assert one_pass(departed.reaper) == ReapReport()


def test_five_thousand_messages_killed_twenty_times(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=2_500)
    departed.delete(customer, thread.id)
    chance = random.Random(16)  # noqa: S311 - where it ends is no secret

    for _ in range(20):
        life = Life(chance.randrange(200), unanswered=chance.random() < 0.5)
        with pytest.raises(Killed):
            one_pass(departed.mortal_reaper(life), within=timedelta(days=1))
        assert departed.left_of(customer) > 0
        assert len(departed.deletions.pending()) == 1
    one_pass(departed.reaper, within=timedelta(days=1))

    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0
    assert list(departed.deletions.pending()) == []


def test_a_thousand_turns_are_cleared_away_a_few_at_a_time(departed: Departed) -> None:
    customer = departed.settled()
    thread, responses = customer.thread(turns=1_000)
    departed.delete(customer, thread.id)

    passes = 0
    while departed.deletions.pending():
        report = one_pass(departed.reaper)
        # Each takes a second.
        assert report.forgotten <= 60
        passes += 1

    assert passes == 1_000 // 60 + 1
    assert departed.engine_of(customer).deleted == responses
    assert departed.left_of(customer) == 0
