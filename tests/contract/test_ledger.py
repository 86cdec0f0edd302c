"""The records of a turn: what fake and adapter both promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import ConflictError, SupersededError
from afterglow.domain.models import RunState, Thread
from tests.contract.turns import LATER, USAGE, accepted, completed, contents, failed
from tests.contract.worlds import RunRecord, World
from tests.examples import an_answer


def test_accepting_stores_the_message_and_locks_the_thread(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    stored = world.threads.get(thread.user_id, thread.id)
    assert stored.active_run_id == run.id
    assert stored.last_message_id == 1
    assert contents(world, thread) == ["Can you help me?"]
    assert world.run(run.user_id, run.id) == RunRecord(RunState.QUEUED, has_ended=False)


def test_of_two_messages_on_the_same_read_one_is_accepted(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    with pytest.raises(ConflictError):
        accepted(world, thread)

    assert world.threads.get(thread.user_id, thread.id).active_run_id == run.id
    assert contents(world, thread) == ["Can you help me?"]


def test_no_message_is_accepted_on_a_read_from_before_the_last_turn(
    world: World, thread: Thread
) -> None:
    run = accepted(world, thread)
    world.ledger.release(failed(run))

    with pytest.raises(ConflictError):
        accepted(world, thread)

    assert world.threads.get(thread.user_id, thread.id).active_run_id is None
    assert contents(world, thread) == ["Can you help me?"]


def test_nothing_is_accepted_into_a_thread_that_is_not_there(world: World, thread: Thread) -> None:
    foreign = replace(thread, user_id=thread.user_id + 1)

    with pytest.raises(ConflictError):
        accepted(world, foreign)

    assert contents(world, foreign) == []


def test_a_bound_run_knows_its_response(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    bound = world.ledger.bind(run, "resp_1")

    assert (bound.state, bound.response_id) == (RunState.IN_PROGRESS, "resp_1")
    record = world.run(run.user_id, run.id)
    assert (record.state, record.response_id) == (RunState.IN_PROGRESS, "resp_1")


def test_a_run_is_bound_once(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    world.ledger.bind(run, "resp_1")

    with pytest.raises(SupersededError) as late:
        world.ledger.bind(run, "resp_2")

    assert late.value.code == "run_superseded"
    assert world.run(run.user_id, run.id).response_id == "resp_1"


def test_an_older_attempt_binds_nothing(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    with pytest.raises(SupersededError):
        world.ledger.bind(replace(run, attempt=run.attempt + 1), "resp_1")

    assert world.run(run.user_id, run.id).state is RunState.QUEUED


def test_of_two_who_claim_a_run_as_it_was_read_one_has_it(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    claimed = world.ledger.claim(run, LATER)

    assert (claimed.attempt, claimed.lease_until) == (run.attempt + 1, LATER)
    assert world.runs.get(run.user_id, run.id) == claimed
    with pytest.raises(SupersededError):
        world.ledger.claim(run, LATER)
    with pytest.raises(SupersededError):
        world.ledger.bind(run, "resp_1")
    assert world.ledger.bind(claimed, "resp_2").response_id == "resp_2"


def test_a_run_that_was_renewed_meanwhile_is_not_claimed(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    renewed = world.ledger.renew(replace(run, failures=1), LATER)

    with pytest.raises(SupersededError):
        world.ledger.claim(run, LATER + timedelta(seconds=1))

    assert world.runs.get(run.user_id, run.id) == renewed


def test_a_bound_run_is_claimed_to_be_begun_again(world: World, thread: Thread) -> None:
    bound = world.ledger.bind(accepted(world, thread), "resp_1")

    claimed = world.ledger.claim(bound, LATER)

    assert (claimed.state, claimed.response_id) == (RunState.QUEUED, None)
    assert claimed.is_restarted
    assert world.runs.get(bound.user_id, bound.id) == claimed
    with pytest.raises(SupersededError):
        world.ledger.commit(completed(bound), an_answer(bound))
    with pytest.raises(SupersededError):
        world.ledger.renew(bound, LATER)


def test_committing_stores_the_answer_and_frees_the_thread(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    bound = world.ledger.bind(run, "resp_1")

    world.ledger.commit(completed(bound), an_answer(run))

    stored = world.threads.get(thread.user_id, thread.id)
    assert stored.active_run_id is None
    assert (stored.head_response_id, stored.head_message_id) == ("resp_1", 2)
    assert stored.last_message_id == 2
    assert contents(world, thread) == ["Can you help me?", "I'd be happy to."]
    assert world.run(run.user_id, run.id) == RunRecord(RunState.COMPLETED, "resp_1", None, USAGE)


def test_committing_twice_is_committing_once(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    bound = world.ledger.bind(run, "resp_1")
    answer = an_answer(run)
    world.ledger.commit(completed(bound), answer)
    before = world.threads.get(thread.user_id, thread.id)

    world.ledger.commit(completed(bound), answer)

    assert contents(world, thread) == ["Can you help me?", "I'd be happy to."]
    assert world.threads.get(thread.user_id, thread.id) == before


def test_no_answer_is_stored_for_a_run_that_was_never_bound(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    with pytest.raises(SupersededError):
        world.ledger.commit(completed(run.bound_to("resp_1")), an_answer(run))

    assert contents(world, thread) == ["Can you help me?"]
    assert world.threads.get(thread.user_id, thread.id).active_run_id == run.id


def test_an_answer_of_another_response_is_not_stored(world: World, thread: Thread) -> None:
    run = accepted(world, thread)
    world.ledger.bind(run, "resp_1")

    with pytest.raises(SupersededError):
        world.ledger.commit(completed(run.bound_to("resp_2")), an_answer(run))

    assert contents(world, thread) == ["Can you help me?"]
