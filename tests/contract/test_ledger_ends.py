"""How turns end that bring no answer, and how a thread is taken over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import RunState, Thread
from tests.contract.turns import LATER, accepted, completed, contents, failed
from tests.contract.worlds import RunRecord, World
from tests.examples import an_answer, open_thread
from tests.fakes.clock import NOON

ENDS = [RunState.FAILED, RunState.INCOMPLETE, RunState.CANCELLED, RunState.EXPIRED]


@pytest.mark.parametrize("state", ENDS)
def test_releasing_ends_the_run_and_keeps_the_message(
    world: World, thread: Thread, state: RunState
) -> None:
    run = accepted(world, thread)
    world.ledger.bind(run, "resp_1")

    world.ledger.release(run.ended(state, LATER, code="some_code"))

    assert world.run(run.user_id, run.id) == RunRecord(state, "resp_1", "some_code")
    stored = world.threads.get(thread.user_id, thread.id)
    assert (stored.active_run_id, stored.lease_until) == (None, None)
    assert stored.head_response_id is None
    assert contents(world, thread) == ["Can you help me?"]


def test_a_failed_turn_leaves_the_head_where_it_was(world: World, thread: Thread) -> None:
    first = accepted(world, thread)
    bound = world.ledger.bind(first, "resp_1")
    world.ledger.commit(completed(bound), an_answer(first))
    second = accepted(world, world.threads.get(thread.user_id, thread.id))

    world.ledger.release(failed(second))

    assert world.threads.get(thread.user_id, thread.id).head_response_id == "resp_1"


def test_releasing_twice_is_releasing_once(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    world.ledger.release(failed(run))

    world.ledger.release(run.ended(RunState.EXPIRED, LATER, code="run_expired"))

    assert world.run(run.user_id, run.id).error_code == "openai_unavailable"


def test_an_answer_that_is_stored_stays_when_its_run_is_released(
    world: World, thread: Thread
) -> None:
    run = accepted(world, thread)
    bound = world.ledger.bind(run, "resp_1")
    world.ledger.commit(completed(bound), an_answer(run))

    world.ledger.release(failed(run))

    assert world.run(run.user_id, run.id).state is RunState.COMPLETED
    assert contents(world, thread) == ["Can you help me?", "I'd be happy to."]


def test_a_thread_whose_lease_is_over_is_taken_and_its_run_expires(
    world: World, thread: Thread
) -> None:
    dead = accepted(world, thread)
    world.ledger.bind(dead, "resp_dead")

    heir = accepted(world, world.threads.get(thread.user_id, thread.id))

    assert world.run(dead.user_id, dead.id) == RunRecord(
        RunState.EXPIRED, "resp_dead", "run_abandoned"
    )
    stored = world.threads.get(thread.user_id, thread.id)
    assert (stored.active_run_id, stored.last_message_id) == (heir.id, 2)


def test_who_lost_a_thread_can_neither_bind_nor_answer_nor_free_it(
    world: World, thread: Thread
) -> None:
    dead = accepted(world, thread)
    heir = accepted(world, world.threads.get(thread.user_id, thread.id))

    with pytest.raises(OperationFailedError):
        world.ledger.bind(dead, "resp_dead")
    with pytest.raises(OperationFailedError):
        world.ledger.commit(completed(dead.bound_to("resp_dead")), an_answer(dead))
    world.ledger.release(failed(dead))

    assert world.run(dead.user_id, dead.id).error_code == "run_abandoned"
    assert world.threads.get(thread.user_id, thread.id).active_run_id == heir.id
    assert contents(world, thread) == ["Can you help me?"] * 2


def test_turns_of_other_threads_and_users_go_on_undisturbed(world: World, thread: Thread) -> None:
    others = [
        open_thread(
            world.threads,
            user_id,
            assistant_id=1,
            openai_thread_id="thread_2",
            title="Another",
            now=NOON,
        )
        for user_id in (world.user_id, world.user_id + 1)
    ]
    run = accepted(world, thread)
    runs = [accepted(world, other) for other in others]

    world.ledger.release(failed(run))

    for other, theirs in zip(others, runs, strict=True):
        stored = world.threads.get(other.user_id, other.id)
        assert stored.active_run_id == theirs.id
        assert stored == replace(
            other,
            active_run_id=theirs.id,
            lease_until=NOON + timedelta(seconds=35),
            last_message_id=1,
        )
