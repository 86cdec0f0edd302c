"""What is kept of an answer: all of it, as much as there was, or nothing that nobody could read."""

import json

import pytest

from afterglow.domain.errors import ConflictError, OperationFailedError
from afterglow.domain.models import MessageRole, RunState, Usage
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.answers import MAX_ANSWER_BYTES, MAX_SENT_BYTES
from tests.fakes.engine import done
from tests.unit.world import Conversation

# Lambda's own, in bytes.
MOST_THAT_LAMBDA_ANSWERS = 6_291_556
OVER = {
    ReplyState.INCOMPLETE: RunState.INCOMPLETE,
    ReplyState.FAILED: RunState.FAILED,
    ReplyState.CANCELLED: RunState.CANCELLED,
}


def over(state: ReplyState, text: str, code: str | None = None) -> Reply:
    """Return the reply of an engine that gave up in the middle."""
    return Reply("resp_1", state, text, "msg_half", Usage(3, 2), code)


@pytest.fixture
def conversation() -> Conversation:
    """Return a conversation that is yet to begin."""
    return Conversation()


@pytest.mark.parametrize("state", OVER)
def test_what_there_was_of_an_answer_is_kept_and_marked(
    conversation: Conversation, state: ReplyState
) -> None:
    conversation.engine.then(over(state, "Once upon", "max_output_tokens"))

    with pytest.raises((ConflictError, OperationFailedError)) as failed:
        conversation.say("Tell me a story.")

    assert failed.value.code == "max_output_tokens"
    question, partial = conversation.records.messages.values()
    assert (question.is_partial, partial.is_partial) == (False, True)
    assert (partial.id, partial.role, partial.content) == (2, MessageRole.ASSISTANT, "Once upon")
    assert partial.openai_message_id == "msg_half"
    (run,) = conversation.runs()
    assert (run.state, run.usage) == (OVER[state], Usage(3, 2))
    thread = conversation.thread()
    assert (thread.active_run_id, thread.last_message_id) == (None, 2)
    assert (thread.head_response_id, thread.head_message_id) == (None, 0)


def test_the_next_message_takes_along_what_was_not_done(conversation: Conversation) -> None:
    conversation.engine.then(
        done("Gladly.", "resp_0"), over(ReplyState.INCOMPLETE, "Once upon"), done("The end.")
    )
    conversation.say("Will you?")
    conversation.send("Tell me a story.")

    answer = conversation.say("Go on.")

    prompt = conversation.engine.prompts[2]
    assert prompt.head_response_id == "resp_0"
    assert [(m.role, m.content) for m in prompt.unseen] == [
        (MessageRole.USER, "Tell me a story."),
        (MessageRole.ASSISTANT, "Once upon"),
    ]
    assert (answer.id, answer.is_partial) == (6, False)
    assert conversation.thread().head_message_id == 6


def test_whoever_cancels_keeps_what_was_said_so_far(conversation: Conversation) -> None:
    conversation.engine.then(over(ReplyState.CANCELLED, "Once upon"))
    run = conversation.leave("Tell me a story.")

    cancelled = conversation.run_service.cancel(conversation.user, run.id)

    assert cancelled.state is RunState.CANCELLED
    assert conversation.said()[1:] == [(MessageRole.ASSISTANT, "Once upon")]
    conversation.engine.then(done("No."))
    assert conversation.say("Did you?").id == 4


@pytest.mark.parametrize("text", ["", "é" * (MAX_ANSWER_BYTES // 2) + "!"])
def test_nothing_is_kept_of_nothing_or_too_much(conversation: Conversation, text: str) -> None:
    conversation.engine.then(over(ReplyState.INCOMPLETE, text))

    with pytest.raises(OperationFailedError, match="cut off"):
        conversation.say("Tell me a story.")

    assert conversation.said() == [(MessageRole.USER, "Tell me a story.")]
    assert conversation.thread().last_message_id == 1


@pytest.mark.parametrize(
    "text",
    ["é" * (MAX_ANSWER_BYTES // 2), '{"key": "v"}\n' * (MAX_ANSWER_BYTES // 26), "\x01" * 700_000],
    ids=["as long as may be", "JSON", "control characters"],
)
def test_a_long_answer_is_kept_whole(conversation: Conversation, text: str) -> None:
    conversation.engine.then(done(text))

    assert conversation.say("Tell me everything.").content == text


@pytest.mark.parametrize(
    "text",
    ["é" * (MAX_ANSWER_BYTES // 2) + "!", "\n" * (MAX_SENT_BYTES // 3), '"' * (2**20 * 3 // 2)],
    ids=["a byte more", "line ends", "quotes"],
)
def test_an_answer_that_no_route_could_show_fails_the_run(
    conversation: Conversation, text: str
) -> None:
    conversation.engine.then(done(text))

    with pytest.raises(OperationFailedError) as failed:
        conversation.say("Tell me everything.")

    assert failed.value.code == "answer_too_large"
    (run,) = conversation.runs()
    assert (run.state, run.usage) == (RunState.FAILED, Usage(11, 7))
    assert conversation.said() == [(MessageRole.USER, "Tell me everything.")]
    assert conversation.thread().active_run_id is None


def test_one_that_was_cancelled_too_late_and_is_too_large_fails(conversation: Conversation) -> None:
    conversation.engine.then(done("!" * (MAX_ANSWER_BYTES + 1)))
    run = conversation.leave("Tell me.")

    cancelled = conversation.run_service.cancel(conversation.user, run.id)

    assert (cancelled.state, cancelled.error and cancelled.error.code) == (
        RunState.FAILED,
        "answer_too_large",
    )


def test_what_is_kept_fits_into_what_lambda_answers() -> None:
    body = json.dumps({"content": "\\" * ((MAX_SENT_BYTES - 6) // 4)}, ensure_ascii=False)

    answer = json.dumps({"statusCode": 200, "body": body}, ensure_ascii=False)

    assert len(answer.encode()) < MOST_THAT_LAMBDA_ANSWERS - 2**18
