"""Turns that bring no answer: the message stays, the run ends, the thread is free."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import MessageRole, RunState
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.endings import MAX_ANSWER_BYTES
from afterglow.services.watching import FAULTS_IN_A_ROW
from tests.fakes.engine import done, working
from tests.unit.world import BUDGET, Conversation

UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")
ERRORS = [
    UNAVAILABLE,
    OperationFailedError("OpenAI answered unintelligibly", code="openai_bad_answer"),
    InvalidInputError("OpenAI rejected the API key", code="openai_key_invalid"),
    InvalidInputError("OpenAI does not offer this model", code="model_not_found"),
    RateLimitError("OpenAI's rate limit is reached", code="openai_rate_limited", retry_after=7),
    LimitExceededError("No credit left", code="openai_insufficient_quota"),
]
CANCELLED = Reply("resp_1", ReplyState.CANCELLED)
each_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


def check_is_over(conversation: Conversation, state: RunState, code: str | None) -> None:
    """Check that the turn left the message, an ended run and a free thread, and nothing else."""
    (run,) = conversation.runs()
    assert (run.state, run.error_code) == (state, code)
    assert run.ended_at == conversation.clock()
    thread = conversation.thread()
    assert (thread.active_run_id, thread.lease_until, thread.head_response_id) == (None,) * 3
    assert conversation.said() == [(MessageRole.USER, "Will you?")]
    conversation.engine.assert_complete()


@each_error
def test_a_refusal_at_the_start_fails_the_run(
    conversation: Conversation, error: DomainError
) -> None:
    conversation.engine.then(error)

    with pytest.raises(type(error)) as raised:
        conversation.say("Will you?")

    assert raised.value is error
    check_is_over(conversation, RunState.FAILED, error.code)


@each_error
def test_an_error_while_waiting_fails_the_run(
    conversation: Conversation, error: DomainError
) -> None:
    passes = isinstance(error, OperationFailedError | RateLimitError)
    repeated = FAULTS_IN_A_ROW if passes else 1
    conversation.engine.then(working(), *[error] * repeated, CANCELLED)

    with pytest.raises(type(error)):
        conversation.say("Will you?")

    check_is_over(conversation, RunState.FAILED, error.code)
    # What nobody will fetch should not go on costing tokens.
    assert conversation.engine.calls[-1] == "cancel resp_1"


def test_an_error_nobody_foresaw_fails_the_run_too(conversation: Conversation) -> None:
    conversation.engine.then(ZeroDivisionError("a bug"))

    with pytest.raises(ZeroDivisionError):
        conversation.say("Will you?")

    check_is_over(conversation, RunState.FAILED, "internal_error")


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
    ended = Reply("resp_1", reply_state, "half an ans", "msg_1", error_code=upstream_code)
    conversation.engine.then(working(), ended)

    with pytest.raises(OperationFailedError) as failed:
        conversation.say("Will you?")

    assert failed.value.code == code
    assert "half an ans" not in failed.value.message
    check_is_over(conversation, state, code)


def test_past_its_budget_a_run_is_cancelled_upstream_and_expires(
    conversation: Conversation,
) -> None:
    started = conversation.clock()
    conversation.engine.then(*[working()] * 19, Reply("resp_1", ReplyState.CANCELLED))

    with pytest.raises(OperationFailedError, match="took too long") as late:
        conversation.say("Will you?")

    assert late.value.code == "run_expired"
    assert conversation.clock() == started + BUDGET
    assert conversation.engine.calls[-1] == "cancel resp_1"
    check_is_over(conversation, RunState.EXPIRED, "run_expired")


def test_a_request_that_arrives_too_late_is_cancelled_at_once(conversation: Conversation) -> None:
    conversation.engine.then(working(), Reply("resp_1", ReplyState.CANCELLED))

    with pytest.raises(OperationFailedError):
        conversation.say("Will you?", answer_by=conversation.clock() - timedelta(seconds=1))

    assert conversation.engine.calls == ["start", "cancel resp_1"]
    check_is_over(conversation, RunState.EXPIRED, "run_expired")


def test_a_run_expires_even_if_upstream_cannot_be_told(conversation: Conversation) -> None:
    conversation.engine.then(working(), UNAVAILABLE)

    with pytest.raises(OperationFailedError) as late:
        conversation.say("Will you?", answer_by=conversation.clock())

    assert late.value.code == "run_expired"
    check_is_over(conversation, RunState.EXPIRED, "run_expired")


def test_an_answer_that_was_faster_than_its_cancellation_is_stored(
    conversation: Conversation,
) -> None:
    conversation.engine.then(working(), done("Just in time."))

    answer = conversation.say("Will you?", answer_by=conversation.clock())

    assert answer.content == "Just in time."
    assert conversation.runs()[0].state is RunState.COMPLETED
    assert [text for _, text in conversation.said()] == ["Will you?", "Just in time."]


def test_an_answer_too_large_to_store_fails_the_run(conversation: Conversation) -> None:
    conversation.engine.then(done("é" * (MAX_ANSWER_BYTES // 2) + "!"))

    with pytest.raises(OperationFailedError) as failed:
        conversation.say("Will you?")

    assert failed.value.code == "answer_too_large"
    check_is_over(conversation, RunState.FAILED, "answer_too_large")


def test_after_a_failure_the_next_message_is_answered(conversation: Conversation) -> None:
    conversation.engine.then(UNAVAILABLE, done("Back again."))

    with pytest.raises(OperationFailedError):
        conversation.say("Will you?")
    conversation.say("And now?")

    assert [text for _, text in conversation.said()] == ["Will you?", "And now?", "Back again."]
    assert [m.content for m in conversation.engine.prompts[1].history()] == ["Will you?"]
