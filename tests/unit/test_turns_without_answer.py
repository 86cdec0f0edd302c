"""Turns that bring no answer: the message stays, the run ends, the thread is free."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import MessageRole, RunState
from afterglow.ports.engine import Reply, ReplyState
from tests.fakes.engine import done, working
from tests.unit.world import Conversation

UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")
TOO_FAST = RateLimitError("Rate limit", code="openai_rate_limited", retry_after=7)
FINAL = [
    InvalidInputError("OpenAI rejected the API key", code="openai_key_invalid"),
    InvalidInputError("OpenAI does not offer this model", code="model_not_found"),
    LimitExceededError("No credit left", code="openai_insufficient_quota"),
]
PASSING = [
    UNAVAILABLE,
    OperationFailedError("OpenAI answered unintelligibly", code="openai_bad_answer"),
    RateLimitError("OpenAI's rate limit is reached", code="openai_rate_limited"),
]
LOST = OperationFailedError("OpenAI no longer has the answer", code="response_lost")


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


def check_is_over(conversation: Conversation, state: RunState, code: str | None) -> None:
    """Check that the turn left the message, an ended run and a free thread, and nothing else."""
    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (state, code)
    assert run.ended_at == conversation.clock()
    thread = conversation.thread()
    assert (thread.active_run_id, thread.head_response_id) == (None, None)
    assert conversation.said() == [(MessageRole.USER, "Will you?")]
    assert conversation.launcher.launched == []
    conversation.engine.assert_complete()


@pytest.mark.parametrize("error", FINAL, ids=lambda error: error.code)
@pytest.mark.parametrize("begun", [False, True])
def test_what_is_final_fails_the_run_at_once(
    conversation: Conversation, error: DomainError, *, begun: bool
) -> None:
    conversation.engine.then(*[working()] * begun, error)

    with pytest.raises(type(error)) as raised:
        conversation.say("Will you?")

    assert (raised.value.code, raised.value.message) == (error.code, error.message)
    check_is_over(conversation, RunState.FAILED, error.code)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: error.code)
def test_a_start_that_fails_three_times_has_failed(
    conversation: Conversation, error: DomainError
) -> None:
    conversation.engine.then(error, error, error)

    with pytest.raises(type(error)) as raised:
        conversation.say("Will you?")

    assert raised.value.code == error.code
    assert conversation.clock.naps == [0.5, 1.0]
    assert [prompt.run.attempt for prompt in conversation.engine.prompts] == [1, 2, 3]
    check_is_over(conversation, RunState.FAILED, error.code)


def test_a_start_that_fails_twice_is_answered(conversation: Conversation) -> None:
    conversation.engine.then(UNAVAILABLE, UNAVAILABLE, done("Gladly."))

    assert conversation.say("Will you?").content == "Gladly."


def test_as_long_is_waited_as_the_upstream_asks_for(conversation: Conversation) -> None:
    conversation.engine.then(TOO_FAST, done("Gladly."))

    assert conversation.say("Will you?").content == "Gladly."
    assert conversation.clock.naps == [7]


def test_but_not_longer_than_the_request_may_take(conversation: Conversation) -> None:
    later = RateLimitError("Rate limit", code="openai_rate_limited", retry_after=25)
    conversation.engine.then(later)

    with pytest.raises(RateLimitError) as raised:
        conversation.say("Will you?")

    assert raised.value.retry_after == 25
    check_is_over(conversation, RunState.FAILED, "openai_rate_limited")


def test_the_upstream_may_take_ten_seconds_to_begin_but_no_longer_than_the_request(
    conversation: Conversation,
) -> None:
    slow = RateLimitError("Rate limit", code="openai_rate_limited", retry_after=18)
    conversation.engine.then(slow, done("Gladly."))

    conversation.say("Will you?")

    assert conversation.engine.times_to_begin == [timedelta(seconds=10), timedelta(seconds=6)]


def test_what_cannot_begin_in_time_is_left_to_others(conversation: Conversation) -> None:
    slow = RateLimitError("Rate limit", code="openai_rate_limited", retry_after=22)
    conversation.engine.then(slow)

    outcome = conversation.send()

    assert (outcome.run.is_over, outcome.run.response_id) == (False, None)
    assert conversation.runs()[0].lease_until <= conversation.clock()
    # Nothing was begun, so no attempt is spent.
    assert conversation.launcher.launched == [(outcome.run.id, 1)]
    conversation.clock.advance(timedelta(seconds=22))
    conversation.engine.then(done("Gladly."))
    assert conversation.poller.poll(outcome.run.user_id, outcome.run.id).is_over


def test_a_fault_that_passes_costs_no_answer(conversation: Conversation) -> None:
    conversation.engine.then(working(), UNAVAILABLE, TOO_FAST, UNAVAILABLE, done("Gladly."))

    assert conversation.say("Will you?").content == "Gladly."


def test_a_response_that_is_lost_is_created_again_once(conversation: Conversation) -> None:
    conversation.engine.then(working(), LOST, working("resp_2"), done("Gladly.", "resp_2"))

    assert conversation.say("Will you?").content == "Gladly."
    assert conversation.engine.calls == ["start", "get resp_1", "start", "get resp_2"]
    assert [prompt.run.attempt for prompt in conversation.engine.prompts] == [1, 2]
    assert conversation.thread().head_response_id == "resp_2"


def test_a_response_that_is_lost_again_fails_the_run(conversation: Conversation) -> None:
    conversation.engine.then(working(), LOST, working("resp_2"), LOST)

    with pytest.raises(OperationFailedError) as raised:
        conversation.say("Will you?")

    assert raised.value.code == "response_lost"
    check_is_over(conversation, RunState.FAILED, "response_lost")


def test_an_error_nobody_foresaw_leaves_the_run_to_others(conversation: Conversation) -> None:
    conversation.engine.then(ZeroDivisionError("a bug"))

    outcome = conversation.send()

    assert isinstance(outcome.trouble, ZeroDivisionError)
    (run,) = conversation.runs()
    assert (run.is_over, conversation.thread().active_run_id) == (False, run.id)
    assert conversation.launcher.launched == [(run.id, 1)]


@pytest.mark.parametrize(
    ("reply_state", "upstream_code", "state", "code"),
    [
        (ReplyState.FAILED, None, RunState.FAILED, "run_failed"),
        (ReplyState.FAILED, "server_error", RunState.FAILED, "server_error"),
        (ReplyState.INCOMPLETE, None, RunState.INCOMPLETE, "run_incomplete"),
        (ReplyState.INCOMPLETE, "max_output_tokens", RunState.INCOMPLETE, "max_output_tokens"),
        (ReplyState.CANCELLED, None, RunState.CANCELLED, "run_cancelled"),
    ],
)
def test_a_run_ends_as_its_response_does(
    conversation: Conversation,
    reply_state: ReplyState,
    upstream_code: str | None,
    state: RunState,
    code: str,
) -> None:
    conversation.engine.then(working(), Reply("resp_1", reply_state, error_code=upstream_code))

    kind = ConflictError if state is RunState.CANCELLED else OperationFailedError
    with pytest.raises(kind) as failed:
        conversation.say("Will you?")

    assert failed.value.code == code
    check_is_over(conversation, state, code)


def test_after_a_failure_the_next_message_takes_the_unanswered_one_along(
    conversation: Conversation,
) -> None:
    conversation.engine.then(done("One."), FINAL[0], done("Back again.", "resp_3"))

    conversation.say("First?")
    with pytest.raises(InvalidInputError):
        conversation.say("Will you?")
    conversation.say("And now?")

    last = conversation.engine.prompts[-1]
    assert (last.head_response_id, [m.content for m in last.unseen]) == ("resp_1", ["Will you?"])
    assert [m.content for m in last.history()] == ["First?", "One.", "Will you?"]
    assert conversation.said()[-1] == (MessageRole.ASSISTANT, "Back again.")
