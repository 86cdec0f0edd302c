"""Which assistant answers, threads that begin with a message, and threads that go meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RateLimitError,
)
from afterglow.domain.models import MessageRole, RunState, Thread, User
from afterglow.domain.rates import Use
from afterglow.services.acceptance import TurnRequest
from tests.examples import SPEC, an_assistant
from tests.fakes.clock import NOON
from tests.fakes.engine import done
from tests.unit.world import BUDGET, Conversation

USER, ASSISTANT = MessageRole.USER, MessageRole.ASSISTANT


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


def add_assistant(conversation: Conversation, name: str, *, is_active: bool = True) -> int:
    """Return another assistant of the user."""
    user_id = conversation.user.id
    assistant_id = conversation.assistants.next_id(user_id)
    assistant = an_assistant(
        user_id, assistant_id, spec=replace(SPEC, name=name), is_active=is_active
    )
    conversation.assistants.add(assistant, limit=20)
    return assistant_id


def begin(
    conversation: Conversation,
    *,
    user: User | None = None,
    title: str | None = None,
    assistant: int | str | None = None,
) -> Thread:
    """Open a thread with a message, and return it when it is answered."""
    until = conversation.clock() + BUDGET
    request = TurnRequest(user or conversation.user, "Will you?", until, assistant)
    outcome = conversation.service.open(request, title=title)
    if outcome.answer is None:
        raise outcome.failure
    return outcome.thread


def answered_by(conversation: Conversation) -> str:
    """Return the name of the assistant that was asked last."""
    return conversation.engine.prompts[-1].run.spec.name


def test_the_first_turn_marks_an_assistant_as_used(conversation: Conversation) -> None:
    before = conversation.assistants.get(conversation.user.id, 1)
    conversation.engine.then(done("One."))

    conversation.say("First?")

    after = conversation.assistants.get(conversation.user.id, 1)
    assert (before.is_used, after) == (False, replace(before, is_used=True))


@pytest.mark.parametrize("by_name", [True, False])
def test_a_message_may_choose_its_assistant(conversation: Conversation, *, by_name: bool) -> None:
    other = add_assistant(conversation, "Other")
    name = conversation.assistants.get(conversation.user.id, other).openai_assistant_id
    conversation.engine.then(done("Gladly."), done("Still me."))

    for assistant in (name if by_name else other, None):
        until = conversation.clock() + BUDGET
        request = TurnRequest(conversation.user, "Will you?", until, assistant)
        conversation.service.send(request, "thread_1")

    assert [prompt.run.spec.name for prompt in conversation.engine.prompts] == [
        "Other",
        SPEC.name,
    ]


def test_a_thread_whose_assistant_is_deleted_is_left_to_the_default(
    conversation: Conversation,
) -> None:
    default = add_assistant(conversation, "Default")
    conversation.assistants.delete(conversation.user.id, 1, conversation.clock())

    with pytest.raises(InvalidInputError) as refused:
        conversation.say("Will you?")
    assert refused.value.code == "assistant_missing"
    assert conversation.said() == []

    conversation.engine.then(done("Gladly."))
    conversation.say("Will you?", user=replace(conversation.user, default_assistant_id=default))
    assert answered_by(conversation) == "Default"


def test_an_inactive_assistant_answers_nothing(conversation: Conversation) -> None:
    inactive = add_assistant(conversation, "Asleep", is_active=False)

    attempts: tuple[Callable[[], object], ...] = (
        lambda: begin(conversation, assistant=inactive),
        lambda: begin(conversation, user=replace(conversation.user, default_assistant_id=inactive)),
    )
    for attempt in attempts:
        with pytest.raises(InvalidInputError, match=r"^The assistant is inactive$") as refused:
            attempt()
        assert refused.value.code == "assistant_inactive"

    assert [thread.id for thread in conversation.threads.list(conversation.user.id)] == [1]
    assert conversation.engine.calls == []


def test_a_thread_begins_with_a_message_and_its_answer(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly.", "resp_7"))

    thread = begin(conversation, title="A talk", assistant=1)

    stored = conversation.threads.get(conversation.user.id, 2)
    assert stored.openai_thread_id == thread.openai_thread_id
    assert (stored.title, stored.assistant_id, stored.head_response_id) == ("A talk", 1, "resp_7")
    assert (stored.active_run_id, stored.last_message_id) == (None, 2)
    said = conversation.threads.messages(conversation.user.id, 2)
    assert [(m.role, m.content) for m in said] == [(USER, "Will you?"), (ASSISTANT, "Gladly.")]
    assert list(conversation.engine.prompts[0].history()) == []
    assert conversation.counted == ["opening"]


def test_a_thread_that_cannot_begin_is_not_there(conversation: Conversation) -> None:
    keyless = replace(conversation.user, api_key=None)

    attempts: tuple[Callable[[], object], ...] = (
        lambda: begin(conversation),
        lambda: begin(conversation, assistant=2),
        lambda: begin(conversation, assistant="asst_unknown"),
        lambda: begin(conversation, user=keyless, assistant=1),
    )
    for attempt in attempts:
        with pytest.raises((InvalidInputError, NotFoundError)):
            attempt()

    assert [thread.id for thread in conversation.threads.list(conversation.user.id)] == [1]


def test_who_sends_too_fast_is_told_before_anything_is_stored(conversation: Conversation) -> None:
    def full(user: User) -> Sequence[Use]:
        return [conversation.use_of(user, "anything", limit=0)]

    conversation.service = replace(conversation.service, uses_of_chat=full, uses_of_opening=full)

    for attempt in (lambda: conversation.say("Hello?"), lambda: begin(conversation, assistant=1)):
        with pytest.raises(RateLimitError):
            attempt()

    assert conversation.said() == []
    assert [thread.id for thread in conversation.threads.list(conversation.user.id)] == [1]


def test_a_thread_that_is_deleted_meanwhile_is_not_found(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation.engine.then(done("Too late."))
    bind = conversation.ledger.bind

    def bind_then_delete(*arguments: object) -> object:
        bound = bind(*arguments)  # type: ignore[arg-type]
        conversation.threads.delete(conversation.user.id, 1, NOON)
        return bound

    monkeypatch.setattr(conversation.ledger, "bind", bind_then_delete)

    with pytest.raises(NotFoundError, match=r"^Thread not found$"):
        conversation.say("Will you?")

    assert conversation.said() == [(USER, "Will you?")]
    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.CANCELLED, "thread_deleted")


def test_a_thread_that_is_cleared_away_meanwhile_is_not_found_either(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation.engine.then(done("Too late."))
    commit = conversation.ledger.commit

    def clear_then_commit(*arguments: object) -> None:
        conversation.threads.delete(conversation.user.id, 1, NOON)
        conversation.records.runs.clear()
        commit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(conversation.ledger, "commit", clear_then_commit)

    with pytest.raises(NotFoundError, match=r"^Thread not found$"):
        conversation.say("Will you?")

    assert conversation.runs() == []


def test_room_that_has_just_been_made_is_used(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation.engine.then(done("Gladly."))
    opened, refusals = conversation.ledger.open, [ConflictError("room was made")]

    def full_at_first(*arguments: object, **options: object) -> None:
        if refusals:
            raise refusals.pop()
        opened(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(conversation.ledger, "open", full_at_first)

    assert begin(conversation, assistant=1).id == 2


def test_who_is_refused_again_and_again_is_told_so(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise ConflictError("no room")

    monkeypatch.setattr(conversation.ledger, "open", full)

    with pytest.raises(ConflictError, match=r"^Too much is going on: try again$"):
        begin(conversation, assistant=1)

    assert conversation.engine.calls == []


def test_what_is_not_there_costs_nothing(conversation: Conversation) -> None:
    user = conversation.user
    until = conversation.clock() + BUDGET
    for thread, assistant in ((9, None), (1, 9), ("thread_x", None)):
        with pytest.raises(NotFoundError):
            conversation.service.send(TurnRequest(user, "Will you?", until, assistant), thread)
    with pytest.raises(NotFoundError):
        begin(conversation, assistant=9)

    assert conversation.counted == []


def test_a_response_that_no_record_knows_of_is_deleted(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation.engine.then(done("Nobody will know.", "resp_9"))

    def failing_bind(*_: object) -> object:
        raise ConnectionError("DynamoDB is out of reach")

    monkeypatch.setattr(conversation.ledger, "bind", failing_bind)

    outcome = conversation.send()

    assert isinstance(outcome.trouble, ConnectionError)
    assert not outcome.run.is_over
    assert conversation.engine.calls == ["start", "delete resp_9"]
