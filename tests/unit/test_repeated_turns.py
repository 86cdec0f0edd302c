"""The same message twice, with an idempotency key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RateLimitError,
    ReusedKeyError,
)
from afterglow.domain.models import IdempotencyClaim, MessageRole, RunState, User
from afterglow.domain.rates import Use
from afterglow.services.acceptance import TurnRequest
from tests.fakes.engine import done, working
from tests.unit.world import BUDGET, Conversation


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


def claim(conversation: Conversation, fingerprint: str = "a request") -> IdempotencyClaim:
    """Return the claim of a request with the same key every time."""
    until = conversation.clock() + timedelta(hours=24)
    return IdempotencyClaim(conversation.user.id, "a key", fingerprint, until)


def test_the_same_request_is_answered_once(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))

    first = conversation.send(claim=claim(conversation))
    second = conversation.send(claim=claim(conversation))

    assert (first.is_replayed, second.is_replayed) == (False, True)
    assert second.answer == first.answer
    assert second.run == first.run
    assert [text for _, text in conversation.said()] == ["Will you?", "Gladly."]
    assert conversation.counted == ["chat"]


def test_another_request_with_the_key_is_refused(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))
    conversation.send(claim=claim(conversation))

    with pytest.raises(ReusedKeyError):
        conversation.send("Won't you?", claim=claim(conversation, "another request"))

    assert len(conversation.said()) == 2


def test_without_the_key_it_is_another_message(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."), done("Again.", "resp_2"))

    conversation.send()
    conversation.send()

    assert len(conversation.said()) == 4


def test_a_repeated_request_waits_for_the_run_of_the_first(conversation: Conversation) -> None:
    conversation.engine.then(*[working()] * 100)
    first = conversation.send(claim=claim(conversation))
    started = conversation.clock()

    second = conversation.send(claim=claim(conversation))

    assert (second.run.id, second.is_replayed, second.answer) == (first.run.id, True, None)
    assert conversation.clock() - started == BUDGET
    assert conversation.engine.calls.count("start") == 1


def test_a_failure_is_told_again(conversation: Conversation) -> None:
    conversation.engine.then(InvalidInputError("Rejected", code="openai_key_invalid"))
    first = conversation.send(claim=claim(conversation))

    second = conversation.send(claim=claim(conversation))

    assert second.run.state is RunState.FAILED
    assert (second.failure.message, second.failure.details) == (
        first.failure.message,
        first.failure.details,
    )
    assert isinstance(second.failure, InvalidInputError)
    assert conversation.said() == [(MessageRole.USER, "Will you?")]


def full(conversation: Conversation, user: User) -> Use:
    """Return what there is no room for."""
    return conversation.use_of(user, "chat", limit=0)


def test_what_was_refused_leaves_the_key_free(conversation: Conversation) -> None:
    service = conversation.service
    conversation.service = replace(service, uses_of_chat=lambda user: [full(conversation, user)])
    with pytest.raises(RateLimitError):
        conversation.send(claim=claim(conversation))
    conversation.service = service
    conversation.engine.then(done("Gladly."))

    assert not conversation.send(claim=claim(conversation)).is_replayed


def test_a_twin_that_was_first_is_the_one(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))
    accept = conversation.ledger.accept

    def twin_then_accept(*arguments: object, **options: object) -> None:
        conversation.ledger.accept = accept  # type: ignore[method-assign]
        conversation.send(claim=claim(conversation))
        accept(*arguments, **options)  # type: ignore[arg-type]

    conversation.ledger.accept = twin_then_accept  # type: ignore[method-assign]

    outcome = conversation.send(claim=claim(conversation))

    assert outcome.is_replayed
    assert outcome.answer is not None
    assert [text for _, text in conversation.said()] == ["Will you?", "Gladly."]


def test_a_twin_that_has_filled_a_limit_is_the_one_too(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))
    service, accept = conversation.service, conversation.ledger.accept

    def twin_then_accept(*arguments: object, **options: object) -> None:
        conversation.ledger.accept = accept  # type: ignore[method-assign]
        conversation.service = service
        conversation.send(claim=claim(conversation))
        accept(*arguments, **options)  # type: ignore[arg-type]

    conversation.ledger.accept = twin_then_accept  # type: ignore[method-assign]
    conversation.service = replace(service, uses_of_chat=lambda user: [full(conversation, user)])

    assert conversation.send(claim=claim(conversation)).is_replayed


def test_another_message_is_told_to_wait(conversation: Conversation) -> None:
    conversation.engine.then(*[working()] * 100)
    conversation.send(claim=claim(conversation))

    with pytest.raises(ConflictError, match="already being processed"):
        conversation.send("And another.")


def test_a_thread_is_opened_once(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))
    until = conversation.clock() + BUDGET
    request = TurnRequest(conversation.user, "Hi", until, assistant=1, claim=claim(conversation))

    first, second = (conversation.service.open(request) for _ in range(2))

    assert first.thread.id == second.thread.id == 2
    assert [thread.id for thread in conversation.threads.list(conversation.user.id)] == [2, 1]


def test_a_thread_that_is_gone_is_not_found(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly."))
    conversation.send(claim=claim(conversation))
    conversation.threads.delete(conversation.user.id, 1, conversation.clock())

    with pytest.raises(NotFoundError):
        conversation.send(claim=claim(conversation))
