"""Threads and messages: what fake and adapter both promise."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import NotFoundError
from tests.contract.worlds import World
from tests.examples import a_question, a_run, an_answer
from tests.fakes.clock import NOON


def _add(world: World, user_id: int | None = None) -> int:
    thread = world.threads.add(
        user_id or world.user_id,
        assistant_id=7,
        openai_thread_id="thread_abc123",
        title="Research Discussion",
        now=NOON,
    )
    return thread.id


def test_threads_are_numbered_from_one_for_each_user(world: World) -> None:
    assert [_add(world), _add(world), _add(world, world.user_id + 1)] == [1, 2, 1]


def test_a_thread_begins_empty_and_free(world: World) -> None:
    _add(world)

    thread = world.threads.get(world.user_id, 1)

    assert (thread.title, thread.openai_thread_id) == ("Research Discussion", "thread_abc123")
    assert (thread.assistant_id, thread.created_at, thread.updated_at) == (7, NOON, NOON)
    assert (thread.last_message_id, thread.head_response_id) == (0, None)
    assert (thread.active_run_id, thread.lease_until, thread.is_archived) == (None, None, False)
    assert list(world.threads.messages(world.user_id, 1)) == []


def test_somebody_elses_thread_is_not_found(world: World) -> None:
    _add(world)

    for user_id, thread_id in [(world.user_id + 1, 1), (world.user_id, 2)]:
        with pytest.raises(NotFoundError, match="Thread not found"):
            world.threads.get(user_id, thread_id)


def test_messages_of_one_thread_are_listed_in_order(world: World) -> None:
    said = []
    for _ in range(6):
        thread = world.threads.get(world.user_id, _add(world))
    for turn in range(6):
        thread = world.threads.get(world.user_id, 1)
        run = a_run(thread)
        question = a_question(run, f"question {turn}")
        world.ledger.accept(thread, run, question)
        bound = world.ledger.bind(run, f"resp_{turn}")
        answer = an_answer(run, f"answer {turn}")
        world.ledger.commit(replace(bound, state=bound.state.COMPLETED), answer)
        said += [question, answer]

    assert list(world.threads.messages(world.user_id, 1)) == said
    assert [message.id for message in said] == list(range(1, 13))
    assert list(world.threads.messages(world.user_id, 2)) == []
    assert list(world.threads.messages(world.user_id + 1, 1)) == []


def test_a_thread_of_more_than_a_page_is_read_whole(world: World) -> None:
    _add(world)
    for _ in range(5):
        thread = world.threads.get(world.user_id, 1)
        run = a_run(thread)
        world.ledger.accept(thread, run, a_question(run, "é" * 128 * 1024))
        world.ledger.release(replace(run, state=run.state.FAILED, ended_at=NOON))

    messages = world.threads.messages(world.user_id, 1)

    assert [message.id for message in messages] == [1, 2, 3, 4, 5]
    assert {message.content for message in messages} == {"é" * 128 * 1024}
