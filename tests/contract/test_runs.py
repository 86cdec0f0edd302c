"""Runs as they are, which of them are due, and those of a thread."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Run, Thread
from afterglow.ports.conversations import Terms
from tests.contract.turns import MANY, accepted, completed, failed
from tests.contract.worlds import World
from tests.examples import a_question, a_run, an_answer, open_thread
from tests.fakes.clock import NOON


def due(world: World, seconds: float) -> list[str]:
    """Return the ids of the user's runs that are due some time after noon."""
    moment = NOON + timedelta(seconds=seconds)
    found = [run for run in world.runs.open() if run.user_id == world.user_id]
    return [run.id for run in found if run.lease_until <= moment]


def begin(world: World, number: int, *, lease: float) -> Run:
    """Return a run in a thread of its own that is due some time after noon."""
    thread = open_thread(
        world.threads,
        world.user_id,
        assistant_id=1,
        openai_thread_id=f"thread_{number}",
        title="A",
        now=NOON,
    )
    run = a_run(thread, lease_until=NOON + timedelta(seconds=lease))
    world.ledger.accept(thread, run, a_question(run), Terms(MANY))
    return run


def test_a_run_is_found_as_it_was_stored(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    assert world.runs.get(run.user_id, run.id) == run


def test_nobody_elses_run_is_found(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    for key in ((run.user_id + 1, run.id), (run.user_id, "run_unknown")):
        with pytest.raises(NotFoundError, match=r"^Run not found$"):
            world.runs.get(*key)


def test_the_longest_due_comes_first_and_the_rest_not_at_all(world: World) -> None:
    # More than there are partitions in the index.
    runs = [begin(world, number, lease=10 * (number + 1)) for number in range(9)]

    assert due(world, 70) == [run.id for run in runs[:7]]
    assert due(world, 9.9) == []


def test_a_run_that_is_renewed_is_due_later(world: World) -> None:
    run = begin(world, 1, lease=10)

    world.ledger.renew(run, NOON + timedelta(seconds=60))

    assert due(world, 59) == []
    assert due(world, 60) == [run.id]


def test_a_run_that_is_over_is_never_due(world: World) -> None:
    answered, unanswered = (begin(world, number, lease=10) for number in range(2))
    bound = world.ledger.bind(answered, "resp_1")
    world.ledger.commit(completed(bound), an_answer(bound))
    world.ledger.release(failed(unanswered))

    assert due(world, 10_000) == []


def test_a_threads_runs_are_listed_the_latest_first(world: World, thread: Thread) -> None:
    runs = []
    for number in range(3):
        run = accepted(world, world.threads.get(thread.user_id, thread.id))
        bound = world.ledger.bind(run, f"resp_{number}")
        if number == 1:
            world.ledger.release(failed(bound))
        else:
            world.ledger.commit(completed(bound), an_answer(bound))
        runs.append(world.runs.get(run.user_id, run.id))
    runs.append(accepted(world, world.threads.get(thread.user_id, thread.id)))
    begin(world, 9, lease=10)
    first, second, third, fourth = runs

    found = world.threads.get(thread.user_id, thread.id)
    assert list(world.runs.list(found)) == [fourth, third, second, first]
    assert list(world.runs.list(found, before=third.message_id, page_size=1)) == [second, first]
    assert list(world.runs.list(found, before=1)) == []


def test_one_message_is_found_by_its_number(world: World, thread: Thread) -> None:
    run = accepted(world, thread)

    found = world.threads.message(thread.user_id, thread.id, 1)

    assert (found.run_id, found.content) == (run.id, "Can you help me?")
    with pytest.raises(NotFoundError):
        world.threads.message(thread.user_id, thread.id, 2)
