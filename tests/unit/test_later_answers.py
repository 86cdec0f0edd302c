"""Answers that outlast their request: the poller, the sweeper, and who finds what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import InvalidInputError, OperationFailedError, RateLimitError
from afterglow.domain.models import MessageRole, Run, RunState
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.polling import PollResult
from afterglow.services.starting import LEASE
from tests.fakes.engine import done, working
from tests.unit.world import BUDGET, Conversation

UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")
LOST = OperationFailedError("OpenAI no longer has the answer", code="response_lost")
ANSWERED = [(MessageRole.USER, "Will you?"), (MessageRole.ASSISTANT, "Gladly.")]


class Upstream:
    """An engine's replies from now on, whenever it is asked."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation

    def works_for_ever(self) -> None:
        self.conversation.engine.then(*[working()] * 200)

    def says(self, *steps: Reply | Exception) -> None:
        self.conversation.engine.steps.clear()
        self.conversation.engine.then(*steps)


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


@pytest.fixture
def upstream(conversation: Conversation) -> Upstream:
    """Return its upstream, which never comes to an end."""
    upstream = Upstream(conversation)
    upstream.works_for_ever()
    return upstream


@pytest.fixture
def late(conversation: Conversation, upstream: Upstream) -> Run:
    """Return a run whose request has been answered with it."""
    assert upstream.conversation is conversation
    return conversation.send().run


def poll(conversation: Conversation, run: Run) -> PollResult:
    """Do what the state machine's task does."""
    return conversation.poller.poll(run.user_id, run.id)


def test_what_is_not_answered_in_time_goes_on(conversation: Conversation, late: Run) -> None:
    assert (late.state, late.response_id) == (RunState.IN_PROGRESS, "resp_1")
    assert conversation.thread().active_run_id == late.id
    assert conversation.launcher.launched == [(late.id, 1)]
    assert not [call for call in conversation.engine.calls if call.startswith("cancel")]


def test_the_poller_stores_the_answer(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    assert not poll(conversation, late).is_over
    upstream.says(done("Gladly."))

    assert poll(conversation, late) == PollResult(is_over=True)
    assert conversation.said() == ANSWERED
    assert conversation.thread().active_run_id is None
    assert poll(conversation, late) == PollResult(is_over=True)


def test_two_pollers_store_it_once(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    upstream.says(done("Gladly."), done("Gladly."))
    get = conversation.engine.get
    first = [True]

    def get_twice(response_id: str) -> Reply:
        if first.pop() if first else False:
            poll(conversation, late)
        return get(response_id)

    conversation.engine.get = get_twice  # type: ignore[method-assign]

    assert poll(conversation, late).is_over
    assert conversation.said() == ANSWERED


def test_waits_grow_with_the_age_of_the_run(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    started, waits = late.created_at, {}
    while not (result := poll(conversation, late)).is_over:
        age = conversation.clock() - started
        waits[age] = timedelta(seconds=result.wait_seconds)
        conversation.clock.advance(waits[age])
        if age < timedelta(minutes=14):
            upstream.works_for_ever()
        else:
            upstream.says(Reply("resp_1", ReplyState.CANCELLED))

    for age, wait in waits.items():
        assert timedelta(seconds=2) <= wait <= timedelta(seconds=50)
        assert wait <= max(timedelta(seconds=3), age * 0.15 + timedelta(seconds=1))
    # A poll is three transitions of the state machine.
    assert len([age for age in waits if age <= timedelta(minutes=10)]) <= 25


def test_past_its_deadline_a_run_is_cancelled_upstream_and_expires(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    conversation.clock.advance(timedelta(minutes=15))
    upstream.says(Reply("resp_1", ReplyState.CANCELLED))

    assert poll(conversation, late).is_over

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.EXPIRED, "run_expired")
    assert conversation.engine.calls[-1] == "cancel resp_1"
    assert conversation.thread().active_run_id is None
    assert conversation.said() == ANSWERED[:1]


def test_a_run_that_somebody_had_cancelled_at_its_deadline_expires_whoever_finds_it(
    conversation: Conversation, late: Run
) -> None:
    conversation.clock.advance(timedelta(minutes=14))

    def get(response_id: str) -> Reply:
        # Meanwhile somebody tells OpenAI, and dies.
        conversation.clock.advance(timedelta(minutes=1))
        return Reply(response_id, ReplyState.CANCELLED)

    conversation.engine.get = get  # type: ignore[method-assign]

    assert poll(conversation, late).is_over

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.EXPIRED, "run_expired")


def test_a_run_that_was_cancelled_before_its_deadline_is_cancelled(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    conversation.clock.advance(timedelta(minutes=14))
    upstream.says(Reply("resp_1", ReplyState.CANCELLED))

    assert poll(conversation, late).is_over

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.CANCELLED, "run_cancelled")


def test_an_upstream_that_cannot_be_told_has_a_last_chance(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    conversation.clock.advance(timedelta(minutes=15))
    upstream.says(UNAVAILABLE, UNAVAILABLE)

    assert not poll(conversation, late).is_over
    conversation.clock.advance(timedelta(minutes=1))
    assert poll(conversation, late).is_over

    assert conversation.runs()[0].state is RunState.EXPIRED
    assert conversation.thread().active_run_id is None


@pytest.mark.parametrize("error", [LOST, InvalidInputError("No", code="openai_key_invalid")])
def test_one_that_will_never_be_told_has_none(
    conversation: Conversation, upstream: Upstream, late: Run, error: Exception
) -> None:
    conversation.clock.advance(timedelta(minutes=15))
    upstream.says(error)

    assert poll(conversation, late).is_over
    assert conversation.runs()[0].state is RunState.EXPIRED


def test_a_run_that_nobody_can_look_after_ends_at_its_deadline(
    conversation: Conversation, late: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ConnectionError("the vault is out of reach")

    monkeypatch.setattr(conversation.vault, "get", broken)
    with pytest.raises(ConnectionError):
        poll(conversation, late)
    assert not conversation.runs()[0].is_over
    conversation.clock.advance(timedelta(minutes=15))

    with pytest.raises(ConnectionError):
        poll(conversation, late)

    assert conversation.runs()[0].state is RunState.EXPIRED
    assert conversation.thread().active_run_id is None


def test_an_answer_that_was_faster_than_its_cancellation_is_stored(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    conversation.clock.advance(timedelta(minutes=15))
    upstream.says(done("Gladly."))

    poll(conversation, late)

    assert conversation.said() == ANSWERED


def test_a_run_without_a_key_fails(conversation: Conversation, late: Run) -> None:
    conversation.accounts.clear_api_key(late.user_id, conversation.user.api_key.version)  # type: ignore[union-attr]

    assert poll(conversation, late).is_over

    (run,) = conversation.runs()
    assert run.error is not None
    assert run.error.code == "openai_key_missing"


def test_an_asynchronous_run_is_begun_by_the_poller_and_watched_while_it_is_young(
    conversation: Conversation,
) -> None:
    outcome = conversation.send(is_async=True)
    assert conversation.engine.calls == []
    assert conversation.launcher.launched == [(outcome.run.id, 0)]

    conversation.engine.then(working(), working(), done("Gladly."))
    assert poll(conversation, outcome.run).is_over

    assert conversation.said() == ANSWERED
    assert conversation.engine.prompts[0].run.attempt == 1
    assert conversation.clock() - outcome.run.created_at < timedelta(seconds=1)


def test_a_run_that_somebody_is_just_beginning_is_left_to_them(conversation: Conversation) -> None:
    conversation.engine.then(ZeroDivisionError("killed"))
    run = conversation.send().run

    assert poll(conversation, run) == PollResult(is_over=False, wait_seconds=35)
    assert conversation.engine.calls == ["start"]


def test_a_failing_upstream_is_asked_again_later(conversation: Conversation) -> None:
    run = conversation.send(is_async=True).run
    conversation.clock.advance(BUDGET)
    limit = RateLimitError("Later", code="openai_rate_limited", retry_after=30)
    conversation.engine.then(limit, UNAVAILABLE, done("Gladly."))

    assert poll(conversation, run) == PollResult(is_over=False, wait_seconds=30)
    assert poll(conversation, run) == PollResult(is_over=False, wait_seconds=30)
    conversation.clock.advance(timedelta(seconds=30))
    assert poll(conversation, run) == PollResult(is_over=False, wait_seconds=2)
    conversation.clock.advance(timedelta(seconds=2))

    assert poll(conversation, run).is_over
    assert conversation.said() == ANSWERED


def test_a_key_of_another_project_begins_the_run_again_there(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    upstream.says(LOST, working("resp_2"))

    assert not poll(conversation, late).is_over
    upstream.says(done("Gladly.", "resp_2"))
    assert poll(conversation, late).is_over
    assert conversation.said() == ANSWERED


@pytest.mark.usefixtures("late")
def test_the_sweeper_leaves_alone_what_is_looked_after(conversation: Conversation) -> None:
    asked = len(conversation.engine.calls)

    report = conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    assert (report.recovered, report.waiting, report.failures) == (0, 0, [])
    assert len(conversation.engine.calls) == asked


def test_the_sweeper_finds_what_a_killed_request_left(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    conversation.clock.advance(LEASE)
    upstream.says(working(), done("Gladly."))
    sweep = conversation.sweeper.sweep

    first = sweep(until=conversation.clock() + timedelta(seconds=40))
    assert (first.recovered, first.waiting) == (0, 1)
    assert first.oldest == conversation.clock() - late.created_at
    conversation.clock.advance(timedelta(seconds=60))
    assert sweep(until=conversation.clock() + timedelta(seconds=40)).recovered == 1
    assert conversation.said() == ANSWERED


def test_a_run_that_was_killed_before_it_began_is_begun(conversation: Conversation) -> None:
    conversation.engine.then(ZeroDivisionError("killed"), done("Gladly."))
    conversation.send()
    conversation.clock.advance(LEASE)

    report = conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    assert report.recovered == 1
    assert conversation.said() == ANSWERED


def test_a_run_that_the_sweeper_begins_is_polled_from_then_on(
    conversation: Conversation, upstream: Upstream
) -> None:
    run = conversation.send(is_async=True).run
    conversation.clock.advance(LEASE)
    upstream.says(*[working()] * 3)

    for _ in range(2):
        conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))
        conversation.clock.advance(timedelta(seconds=60))

    assert conversation.launcher.launched == [(run.id, 0), (run.id, 1)]


def test_a_run_that_is_begun_again_and_again_is_given_up(conversation: Conversation) -> None:
    conversation.engine.then(*[ZeroDivisionError("killed")] * 4)
    conversation.send()
    for _ in range(4):
        conversation.clock.advance(LEASE)
        conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.FAILED, "run_abandoned")
    assert conversation.engine.calls == ["start"] * 4
    assert conversation.thread().active_run_id is None


def test_no_fifth_attempt_is_made_for_a_response_that_is_lost(conversation: Conversation) -> None:
    conversation.engine.then(*[ZeroDivisionError("killed")] * 3, working(), LOST)
    conversation.send()
    for _ in range(4):
        conversation.clock.advance(LEASE)
        conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.FAILED, "response_lost")
    assert conversation.engine.calls.count("start") == 4


def test_the_last_attempt_fails_as_the_upstream_does(conversation: Conversation) -> None:
    conversation.engine.then(*[ZeroDivisionError("killed")] * 3, UNAVAILABLE)
    conversation.send()
    for _ in range(3):
        conversation.clock.advance(LEASE)
        conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.FAILED, "openai_unavailable")


def test_the_oldest_run_is_told_though_somebody_looks_after_it(
    conversation: Conversation, late: Run
) -> None:
    report = conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    assert report.oldest == conversation.clock() - late.created_at


def test_one_run_that_cannot_be_looked_after_does_not_stop_the_others(
    conversation: Conversation,
) -> None:
    conversation.engine.then(ZeroDivisionError("killed"), done("Gladly."))
    run = conversation.send().run
    ghost = replace(run, id="run_ghost", user_id=7, created_at=run.created_at)
    conversation.records.runs[7, "run_ghost"] = replace(
        ghost, lease_until=run.lease_until - timedelta(seconds=1)
    )
    broken = conversation.poller.engines.accounts.get

    def get(user_id: int) -> object:
        if user_id == 7:
            raise ConnectionError("out of reach")
        return broken(user_id)

    conversation.accounts.get = get  # type: ignore[assignment,method-assign]
    conversation.clock.advance(LEASE)

    report = conversation.sweeper.sweep(until=conversation.clock() + timedelta(seconds=40))

    assert [due.id for due, _ in report.failures] == ["run_ghost"]
    assert report.recovered == 1


def test_a_sweep_without_time_says_what_it_left(conversation: Conversation) -> None:
    conversation.engine.then(ZeroDivisionError("killed"))
    conversation.send()
    conversation.clock.advance(LEASE)

    assert conversation.sweeper.sweep(until=conversation.clock()).unfinished == 1


def test_a_key_that_is_no_good_any_more_fails_the_run(
    conversation: Conversation, upstream: Upstream, late: Run
) -> None:
    upstream.says(InvalidInputError("Rejected", code="openai_key_invalid"))

    assert poll(conversation, late).is_over
    assert conversation.runs()[0].state is RunState.FAILED
