"""Which assistant answers, threads that begin with a message, and threads that go meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import MessageRole, RunState, Thread, User
from tests.examples import SPEC, an_assistant
from tests.fakes.clock import NOON
from tests.fakes.engine import done, working
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


def begin(conversation: Conversation, *, user: User | None = None, **facts: object) -> Thread:
    """Open a thread with a message."""
    options = {"answer_by": conversation.clock() + BUDGET, **facts}
    return conversation.service.open(user or conversation.user, "Will you?", **options)  # type: ignore[arg-type]


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
        conversation.service.send(
            conversation.user,
            "thread_1",
            "Will you?",
            assistant=assistant,
            answer_by=conversation.clock() + BUDGET,
        )

    assert [prompt.run.spec.name for prompt in conversation.engine.prompts] == [
        "Other",
        SPEC.name,
    ]


def test_a_thread_whose_assistant_is_deleted_is_left_to_the_default(
    conversation: Conversation,
) -> None:
    default = add_assistant(conversation, "Default")
    conversation.assistants.delete(conversation.user.id, 1)

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
    assert conversation.charges == ["opening"]


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
    def refuse(_: User) -> None:
        raise RateLimitError("Rate limit exceeded", retry_after=9)

    conversation.service = replace(conversation.service, charge_chat=refuse, charge_opening=refuse)

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
    assert conversation.runs()[0].state is RunState.IN_PROGRESS


def test_a_thread_that_is_deleted_while_its_answer_is_late_is_not_found_either(
    conversation: Conversation,
) -> None:
    conversation.engine.then(working(), *[working()] * 30)
    until = conversation.clock() + BUDGET
    sleep = conversation.clock.sleep

    def sleep_then_delete(seconds: float) -> None:
        sleep(seconds)
        with suppress(NotFoundError):
            conversation.threads.delete(conversation.user.id, 1, NOON)

    watcher = replace(conversation.service.watcher, sleep=sleep_then_delete)
    conversation.service = replace(conversation.service, watcher=watcher)

    with pytest.raises(NotFoundError, match=r"^Thread not found$"):
        conversation.say("Will you?", answer_by=until)

    assert conversation.engine.calls[-1] == "cancel resp_1"


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


def test_where_a_message_is_kept_whose_thread_could_not_be_opened(
    conversation: Conversation,
) -> None:
    conversation.engine.then(OperationFailedError("down", code="openai_unavailable"))

    with pytest.raises(OperationFailedError) as failed:
        begin(conversation, assistant=1)

    (kept,) = [t for t in conversation.threads.list(conversation.user.id) if t.id == 2]
    assert failed.value.details == (
        {"code": "openai_unavailable"},
        {"code": "thread_kept", "message": kept.openai_thread_id},
    )


def test_what_is_not_there_costs_nothing(conversation: Conversation) -> None:
    user = conversation.user
    until = conversation.clock() + BUDGET
    for thread, assistant in ((9, None), (1, 9), ("thread_x", None)):
        with pytest.raises(NotFoundError):
            conversation.service.send(
                user, thread, "Will you?", assistant=assistant, answer_by=until
            )
    with pytest.raises(NotFoundError):
        begin(conversation, assistant=9)

    assert conversation.charges == []


def test_a_response_that_no_record_knows_of_is_deleted(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation.engine.then(done("Nobody will know.", "resp_9"))

    def failing_bind(*_: object) -> object:
        raise OperationFailedError("The run was given up meanwhile", code="run_superseded")

    monkeypatch.setattr(conversation.ledger, "bind", failing_bind)

    with pytest.raises(OperationFailedError):
        conversation.say("Will you?")

    assert conversation.engine.calls == ["start", "delete resp_9"]
    assert conversation.thread().active_run_id is None
