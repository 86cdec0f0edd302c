"""How many runs a user may have under way, and threads that begin with one."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import RateLimitError
from afterglow.domain.models import Run, Thread
from afterglow.ports.conversations import Terms
from tests.contract.turns import LATER, completed, contents, failed, new_thread
from tests.contract.worlds import World
from tests.examples import a_question, a_run, a_thread, an_answer, open_thread
from tests.fakes.clock import NOON

MOST = 2


def threads(world: World, count: int) -> list[Thread]:
    """Return as many new threads of the test's user."""
    return [new_thread(world, f"thread_{n}") for n in range(count)]


def begin(world: World, thread: Thread, **facts: object) -> Run:
    """Return a run that is under way in a thread."""
    run = a_run(thread, **facts)
    world.ledger.accept(thread, run, a_question(run), Terms(MOST))
    return run


def test_a_user_has_so_many_runs_under_way_and_no_more(world: World) -> None:
    first, second, third = threads(world, 3)
    begin(world, first)
    begin(world, second)

    with pytest.raises(RateLimitError, match=r"^Rate limit exceeded$") as refused:
        begin(world, third)

    assert refused.value.retry_after == 5
    assert contents(world, third) == []
    assert world.threads.get(world.user_id, third.id) == third


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_run_that_is_over_makes_room(world: World, *, is_answered: bool) -> None:
    first, second, third = threads(world, 3)
    run = begin(world, first)
    begin(world, second)

    bound = world.ledger.bind(run, "resp_1")
    if is_answered:
        world.ledger.commit(completed(bound), an_answer(run))
    else:
        world.ledger.release(failed(bound))

    begin(world, third)
    with pytest.raises(RateLimitError):
        begin(world, world.threads.get(world.user_id, first.id))


def test_a_thread_that_is_deleted_makes_room_once_its_run_is_over(world: World) -> None:
    first, second, third = threads(world, 3)
    run = begin(world, first)
    begin(world, second)

    world.threads.delete(world.user_id, first.id, LATER)

    with pytest.raises(RateLimitError):
        begin(world, third)
    world.ledger.release(failed(run))
    begin(world, third)


def test_deleting_all_threads_makes_no_room_either(world: World) -> None:
    runs = [begin(world, thread) for thread in threads(world, MOST)]

    world.threads.delete_all(world.user_id, LATER)

    (thread,) = threads(world, 1)
    with pytest.raises(RateLimitError):
        begin(world, thread)
    for run in runs:
        world.ledger.release(failed(run))
    begin(world, thread)


def test_another_users_runs_do_not_count(world: World) -> None:
    for thread in threads(world, MOST):
        begin(world, thread)
    theirs = open_thread(
        world.threads,
        world.user_id + 1,
        assistant_id=1,
        openai_thread_id="thread_x",
        title="A",
        now=NOON,
    )

    begin(world, theirs)


def opened(world: World, thread_id: int = 1) -> tuple[Thread, Run]:
    """Return a thread that begins with a message, and the run on it."""
    thread = a_thread(id=thread_id, user_id=world.user_id)
    run = a_run(thread)
    world.ledger.open(thread, run, a_question(run), Terms(MOST))
    return replace(thread, last_message_id=1, active_run_id=run.id), run


def test_a_thread_begins_with_its_first_message(world: World) -> None:
    thread, run = opened(world)

    assert world.threads.get(world.user_id, 1) == thread
    assert world.threads.find(world.user_id, thread.openai_thread_id) == thread
    assert contents(world, thread) == ["Can you help me?"]
    bound = world.ledger.bind(run, "resp_1")
    world.ledger.commit(completed(bound), an_answer(run))
    assert world.threads.get(world.user_id, 1).head_response_id == "resp_1"


def test_a_thread_that_finds_no_room_is_not_there(world: World) -> None:
    for n in range(MOST):
        opened(world, n + 1)

    with pytest.raises(RateLimitError):
        opened(world, MOST + 1)

    assert [thread.id for thread in world.threads.list(world.user_id)] == [2, 1]
    assert list(world.threads.messages(world.user_id, MOST + 1)) == []
