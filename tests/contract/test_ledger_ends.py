"""How turns end that bring no answer."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import SupersededError
from afterglow.domain.models import FailureKind, RunError, RunState, Thread
from tests.contract.turns import LATER, accepted, completed, contents, failed
from tests.contract.worlds import RunRecord, World
from tests.examples import an_answer, open_thread
from tests.fakes.clock import NOON

ENDS = [RunState.FAILED, RunState.INCOMPLETE, RunState.CANCELLED, RunState.EXPIRED]


@pytest.mark.parametrize("state", ENDS)
def test_releasing_ends_the_run_and_keeps_the_message(
    world: World, thread: Thread, state: RunState
) -> None:
    run = world.ledger.bind(accepted(world, thread), "resp_1")

    world.ledger.release(run.ended(state, LATER, RunError("some_code", "Some text")))

    assert world.run(run.user_id, run.id) == RunRecord(state, "resp_1", "some_code")
    stored = world.threads.get(thread.user_id, thread.id)
    assert (stored.active_run_id, stored.head_response_id) == (None, None)
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
    world.ledger.release(failed(run))

    with pytest.raises(SupersededError):
        world.ledger.release(run.ended(RunState.EXPIRED, LATER, RunError("run_expired", "Late")))

    assert world.run(run.user_id, run.id).error_code == "openai_unavailable"


def test_an_answer_that_is_stored_stays_when_its_run_is_released(
    world: World, thread: Thread
) -> None:
    bound = world.ledger.bind(accepted(world, thread), "resp_1")
    world.ledger.commit(completed(bound), an_answer(bound))

    with pytest.raises(SupersededError):
        world.ledger.release(failed(bound))

    assert world.run(bound.user_id, bound.id).state is RunState.COMPLETED
    assert contents(world, thread) == ["Can you help me?", "I'd be happy to."]


def test_how_a_run_ended_is_remembered_whole(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    error = RunError("model_not_found", "Gone", FailureKind.INVALID_INPUT, "model", "Another", 7)
    ended = run.ended(RunState.FAILED, LATER, error)

    world.ledger.release(ended)

    stored = world.runs.get(run.user_id, run.id)
    assert (stored.error, stored.ended_at, stored.is_over) == (error, LATER, True)


def test_who_lost_a_run_can_neither_bind_nor_answer_nor_end_it(
    world: World, thread: Thread
) -> None:
    dead = accepted(world, thread)
    heir = world.ledger.claim(dead, LATER)

    with pytest.raises(SupersededError):
        world.ledger.bind(dead, "resp_dead")
    with pytest.raises(SupersededError):
        world.ledger.commit(completed(dead.bound_to("resp_dead")), an_answer(dead))
    with pytest.raises(SupersededError):
        world.ledger.release(failed(dead))

    assert world.runs.get(heir.user_id, heir.id) == heir
    assert world.threads.get(thread.user_id, thread.id).active_run_id == heir.id
    assert contents(world, thread) == ["Can you help me?"]


@pytest.mark.parametrize("is_answered", [True, False])
def test_of_a_deleted_thread_only_the_run_ends(
    world: World, thread: Thread, *, is_answered: bool
) -> None:
    bound = world.ledger.bind(accepted(world, thread), "resp_1")
    world.threads.delete(thread.user_id, thread.id, LATER)

    if is_answered:
        with pytest.raises(SupersededError):
            world.ledger.commit(completed(bound), an_answer(bound))
    world.ledger.release(failed(bound))

    assert world.runs.get(bound.user_id, bound.id).is_over
    assert contents(world, thread) == ["Can you help me?"]


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
        assert stored == replace(other, active_run_id=theirs.id, last_message_id=1)
