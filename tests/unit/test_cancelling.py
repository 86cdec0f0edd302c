"""Stopping runs."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OperationFailedError,
)
from afterglow.domain.models import MessageRole, RunState
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.endings import CANCELLED as CANCELLED_BY_USER
from afterglow.services.endings import failure_of
from tests.fakes.engine import done, working
from tests.unit.world import Conversation

UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")
CANCELLED = Reply("resp_1", ReplyState.CANCELLED)


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation with a run that its request has left behind."""
    conversation = Conversation()
    conversation.engine.then(*[working()] * 100)
    conversation.send()
    conversation.engine.steps.clear()
    return conversation


def cancel(conversation: Conversation) -> RunState:
    """Cancel the one run there is and return what that left."""
    (run,) = conversation.runs()
    return conversation.run_service.cancel(conversation.user, run.id).state


def test_a_run_is_stopped_here_and_upstream(conversation: Conversation) -> None:
    conversation.engine.then(CANCELLED)

    assert cancel(conversation) is RunState.CANCELLED
    assert conversation.engine.calls[-1] == "cancel resp_1"
    assert conversation.thread().active_run_id is None
    assert conversation.said() == [(MessageRole.USER, "Will you?")]


def test_the_request_that_waits_is_told_of_the_users_cancel(conversation: Conversation) -> None:
    (run,) = conversation.runs()
    get = conversation.engine.get

    def cancel_meanwhile(response_id: str) -> Reply:
        conversation.engine.then(CANCELLED)
        cancel(conversation)
        conversation.clock.advance(timedelta(seconds=1))
        conversation.engine.then(CANCELLED)
        return get(response_id)

    conversation.engine.get = cancel_meanwhile  # type: ignore[method-assign]

    left = conversation.poller.look_after(run, until=conversation.clock())

    (stored,) = conversation.runs()
    assert left == stored
    assert left.error == CANCELLED_BY_USER
    assert isinstance(failure_of(left), ConflictError)


def test_once_is_enough(conversation: Conversation) -> None:
    conversation.engine.then(CANCELLED)

    assert [cancel(conversation), cancel(conversation)] == [RunState.CANCELLED] * 2
    conversation.engine.assert_complete()


def test_an_upstream_that_has_not_stopped_yet_is_not_waited_for(conversation: Conversation) -> None:
    conversation.engine.then(working())

    assert cancel(conversation) is RunState.CANCELLED


def test_an_answer_that_was_there_first_is_kept(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))

    assert cancel(conversation) is RunState.COMPLETED
    assert conversation.said()[-1] == (MessageRole.ASSISTANT, "Gladly.")


def test_a_run_goes_on_while_the_upstream_cannot_be_told(conversation: Conversation) -> None:
    conversation.engine.then(UNAVAILABLE)

    with pytest.raises(OperationFailedError):
        cancel(conversation)

    assert conversation.runs()[0].state is RunState.IN_PROGRESS


@pytest.mark.parametrize(
    "error",
    [
        InvalidInputError("Rejected", code="openai_key_invalid"),
        OperationFailedError("Gone", code="response_lost"),
    ],
    ids=lambda error: error.code,
)
def test_where_nothing_is_left_to_be_told_the_run_ends_here(
    conversation: Conversation, error: Exception
) -> None:
    conversation.engine.then(error)

    assert cancel(conversation) is RunState.CANCELLED


def test_an_upstream_that_refuses_to_cancel_is_not_taken_for_a_lost_key(
    conversation: Conversation,
) -> None:
    conversation.engine.then(InvalidInputError("Refused", code="openai_refused"))

    with pytest.raises(InvalidInputError):
        cancel(conversation)

    assert not conversation.runs()[0].is_over


def test_a_run_that_has_not_begun_is_not_begun_any_more() -> None:
    conversation = Conversation()
    run = conversation.send(is_async=True).run

    assert cancel(conversation) is RunState.CANCELLED
    assert conversation.poller.poll(run.user_id, run.id).is_over
    assert conversation.engine.calls == []


def test_whoever_is_beginning_it_finds_it_ended() -> None:
    conversation = Conversation()
    conversation.engine.then(working())
    start = conversation.engine.start

    def cancel_then_start(prompt: object, **options: object) -> object:
        cancel(conversation)
        return start(prompt, **options)  # type: ignore[arg-type]

    conversation.engine.start = cancel_then_start  # type: ignore[assignment,method-assign]

    outcome = conversation.send()

    assert outcome.run.state is RunState.CANCELLED
    assert conversation.engine.calls == ["start", "delete resp_1"]


def test_nobody_elses_run_is_found(conversation: Conversation) -> None:
    with pytest.raises(NotFoundError, match=r"^Run not found$"):
        conversation.run_service.cancel(conversation.user, "run_unknown")
