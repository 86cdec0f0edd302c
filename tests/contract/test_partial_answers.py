"""As much as there was of an answer when its run ended without one."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import SupersededError
from afterglow.domain.models import Message, Run, Thread
from tests.contract.turns import LATER, accepted, completed, contents, failed
from tests.contract.worlds import RunRecord, World
from tests.examples import an_answer
from tests.fakes.clock import NOON


def a_partial(run: Run, content: str = "Once upon") -> Message:
    """Return what a run had said."""
    return replace(an_answer(run, content), is_partial=True, created_at=LATER)


def test_it_is_stored_with_the_end_of_the_run_and_the_head_stays(
    world: World, thread: Thread
) -> None:
    first = world.ledger.bind(accepted(world, thread), "resp_1")
    world.ledger.commit(completed(first), an_answer(first))
    before = world.threads.get(thread.user_id, thread.id)
    second = world.ledger.bind(accepted(world, before), "resp_2")
    partial = a_partial(second)

    world.ledger.release(failed(second), partial)

    stored = world.threads.get(thread.user_id, thread.id)
    assert stored == replace(before, last_message_id=4, updated_at=LATER)
    assert (stored.head_response_id, stored.head_message_id) == ("resp_1", 2)
    messages = list(world.threads.messages(thread.user_id, thread.id))
    assert messages[3] == partial == world.threads.message(thread.user_id, thread.id, 4)
    assert [message.is_partial for message in messages] == [False, False, False, True]
    assert world.run(second.user_id, second.id) == RunRecord(
        failed(second).state, "resp_2", "openai_unavailable"
    )


def test_twice_is_once(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    world.ledger.release(failed(run), a_partial(run))

    world.ledger.release(failed(run), a_partial(run, "Something else"))

    assert contents(world, thread) == ["Can you help me?", "Once upon"]


def test_whoever_is_late_stores_none(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    claimed = world.ledger.claim(run, LATER)

    with pytest.raises(SupersededError):
        world.ledger.release(failed(run), a_partial(run))

    assert contents(world, thread) == ["Can you help me?"]
    world.ledger.release(failed(claimed), a_partial(claimed))
    assert contents(world, thread) == ["Can you help me?", "Once upon"]


def test_of_a_deleted_thread_only_the_run_ends(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    world.threads.delete(thread.user_id, thread.id, NOON)

    world.ledger.release(failed(run), a_partial(run))

    assert contents(world, thread) == ["Can you help me?"]
    assert world.run(run.user_id, run.id).has_ended
