"""A turn that goes well, and one that is not let in."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.models import ApiKeyRecord, MessageRole, RunState, Usage
from afterglow.ports.conversations import Terms
from tests.examples import a_question, a_run, a_user
from tests.fakes.clock import NOON
from tests.fakes.engine import done, working
from tests.unit.world import KEY, Conversation

USER, ASSISTANT = MessageRole.USER, MessageRole.ASSISTANT


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


def test_an_answer_is_stored_and_returned(conversation: Conversation) -> None:
    conversation.engine.then(working(), working(), done("Gladly."))

    answer = conversation.say("Will you?")

    assert (answer.content, answer.openai_message_id) == ("Gladly.", "msg_upstream")
    assert conversation.said() == [(USER, "Will you?"), (ASSISTANT, "Gladly.")]
    assert conversation.engine.calls == ["start", "get resp_1", "get resp_1"]
    assert conversation.engine.keys == [KEY]
    conversation.engine.assert_complete()


def test_a_completed_run_frees_the_thread_and_becomes_its_head(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly.", "resp_7"))

    conversation.say("Will you?")

    (run,) = conversation.runs()
    assert (run.state, run.response_id, run.usage) == (RunState.COMPLETED, "resp_7", Usage(11, 7))
    thread = conversation.thread()
    assert (thread.head_response_id, thread.active_run_id) == ("resp_7", None)


def test_the_next_message_continues_the_last_response(conversation: Conversation) -> None:
    conversation.engine.then(done("One.", "resp_1"), done("Two.", "resp_2"))

    conversation.say("First?")
    conversation.say("Second?")

    first, second = conversation.engine.prompts
    assert (first.head_response_id, second.head_response_id) == (None, "resp_1")
    assert [message.content for message in second.history()] == ["First?", "One."]
    assert (list(first.unseen), list(second.unseen)) == ([], [])
    assert [message.content for message in first.history()] == []
    assert second.message == "Second?"
    assert conversation.thread().last_message_id == 4


def test_an_assistant_gets_its_openai_id_at_its_first_turn_and_keeps_it(
    conversation: Conversation,
) -> None:
    conversation.engine.then(done("One."), done("Two."))

    conversation.say("First?")
    minted = conversation.assistants.get(conversation.user.id, 1).openai_assistant_id
    conversation.say("Second?")

    assert minted is not None
    assert minted.startswith("asst_")
    assert {prompt.run.openai_assistant_id for prompt in conversation.engine.prompts} == {minted}


def test_an_answer_without_an_id_upstream_gets_one(conversation: Conversation) -> None:
    conversation.engine.then(done("Gladly.", message_id=None))

    assert conversation.say("Will you?").openai_message_id.startswith("msg_")


def test_no_message_is_taken_while_another_is_worked_on(conversation: Conversation) -> None:
    thread = conversation.thread()
    run = a_run(thread)
    conversation.ledger.accept(thread, run, a_question(run, "First!"), Terms(3))
    # However long it takes: its run ends some time, and only that frees the thread.
    conversation.clock.advance(timedelta(hours=1))

    with pytest.raises(ConflictError, match="already being processed"):
        conversation.say("Second!")

    assert conversation.said() == [(USER, "First!")]
    assert conversation.engine.calls == []
    assert conversation.thread().active_run_id == run.id


def test_a_thread_that_keeps_moving_on_is_busy(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = conversation.thread()
    conversation.engine.then(done("One."))
    conversation.say("First?")
    reads = Mock(return_value=stale)
    monkeypatch.setattr(conversation.threads, "get", reads)

    with pytest.raises(ConflictError, match="already being processed"):
        conversation.say("Second?")

    assert reads.call_count == 3
    assert conversation.engine.calls == ["start"]


def test_a_thread_that_moved_on_once_is_read_again(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = conversation.thread()
    conversation.engine.then(done("One."), done("Two.", "resp_2"))
    conversation.say("First?")
    read, answers = conversation.threads.get, [stale]
    monkeypatch.setattr(
        conversation.threads, "get", lambda *key: answers.pop() if answers else read(*key)
    )

    assert conversation.say("Second?").content == "Two."


@pytest.mark.parametrize("facts", [{"api_key": None}, {"id": 99}])
def test_without_a_key_nothing_is_stored(
    conversation: Conversation, facts: dict[str, object]
) -> None:
    user = replace(conversation.user, **facts)  # type: ignore[arg-type]

    with pytest.raises(InvalidInputError) as refused:
        conversation.say("Will you?", user=user)

    assert refused.value.code == "openai_key_missing"
    assert conversation.records.messages == {}
    assert conversation.engine.keys == []


def test_somebody_elses_thread_is_not_found_and_nothing_is_stored(
    conversation: Conversation,
) -> None:
    other = a_user()
    version = conversation.vault.put(other.id, KEY)
    other = replace(other, api_key=ApiKeyRecord("kkkk", "f" * 64, version, NOON))

    with pytest.raises(NotFoundError):
        conversation.say("Will you?", user=other)

    assert conversation.records.messages == {}
    assert conversation.engine.calls == []


def test_a_thread_without_an_assistant_has_its_users_default(conversation: Conversation) -> None:
    key = (conversation.user.id, 1)
    conversation.records.threads[key] = replace(conversation.thread(), assistant_id=None)

    with pytest.raises(InvalidInputError) as refused:
        conversation.say("Will you?")
    conversation.engine.then(done("Gladly."))
    conversation.say("Will you?", user=replace(conversation.user, default_assistant_id=1))

    assert refused.value.code == "assistant_missing"
    assert conversation.engine.prompts[0].run.assistant_id == 1
