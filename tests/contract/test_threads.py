"""Threads and messages: what fake and adapter both promise."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from afterglow.domain.errors import ConflictError, NotFoundError, SupersededError
from afterglow.domain.models import Thread
from afterglow.ports.conversations import Terms
from tests.contract.turns import LATER, MANY, accepted, completed, failed
from tests.contract.worlds import World
from tests.examples import a_question, a_run, a_session, a_user, an_answer, open_thread
from tests.fakes.clock import NOON


def _add(world: World, user_id: int | None = None) -> int:
    thread = open_thread(
        world.threads,
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
    assert (thread.active_run_id, thread.is_archived) == (None, False)
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
        world.ledger.accept(thread, run, question, Terms(MANY))
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
        world.ledger.accept(thread, run, a_question(run, "é" * 128 * 1024), Terms(MANY))
        world.ledger.release(replace(run, state=run.state.FAILED, ended_at=NOON))

    messages = list(world.threads.messages(world.user_id, 1))

    assert [message.id for message in messages] == [1, 2, 3, 4, 5]
    assert {message.content for message in messages} == {"é" * 128 * 1024}


def ids(threads: Iterable[Thread]) -> list[int]:
    """Return the threads' ids."""
    return [thread.id for thread in threads]


def test_threads_are_listed_from_the_newest_on(world: World) -> None:
    for _ in range(11):
        _add(world)
    _add(world, world.user_id + 1)

    assert ids(world.threads.list(world.user_id)) == list(range(11, 0, -1))
    assert ids(world.threads.list(world.user_id, before=10, page_size=2)) == list(range(9, 0, -1))
    assert ids(world.threads.list(world.user_id, before=1)) == []
    assert ids(world.threads.list(world.user_id + 2)) == []


def test_a_thread_is_found_by_its_openai_id_by_its_owner_only(world: World) -> None:
    _add(world)

    assert world.threads.find(world.user_id, "thread_abc123").id == 1
    for user_id, name in [(world.user_id + 1, "thread_abc123"), (world.user_id, "thread_x")]:
        with pytest.raises(NotFoundError, match="Thread not found"):
            world.threads.find(user_id, name)


def test_title_and_archive_change_alone(world: World) -> None:
    _add(world)
    before = world.threads.get(world.user_id, 1)

    world.threads.change(world.user_id, 1, title="Another", is_archived=None, now=LATER)
    assert world.threads.get(world.user_id, 1) == replace(before, title="Another", updated_at=LATER)

    world.threads.change(world.user_id, 1, title=None, is_archived=True, now=NOON)
    assert world.threads.get(world.user_id, 1) == replace(before, title="Another", is_archived=True)

    with pytest.raises(NotFoundError, match="Thread not found"):
        world.threads.change(world.user_id, 2, title="Another", is_archived=None, now=LATER)
    assert ids(world.threads.list(world.user_id)) == [1]


def test_a_deleted_thread_is_gone_at_once(world: World) -> None:
    for _ in range(3):
        _add(world)

    world.threads.delete(world.user_id, 2, LATER)

    attempts: tuple[Callable[[], object], ...] = (
        lambda: world.threads.get(world.user_id, 2),
        lambda: world.threads.delete(world.user_id, 2, LATER),
        lambda: world.threads.change(world.user_id, 2, title="Back", is_archived=None, now=LATER),
    )
    for attempt in attempts:
        with pytest.raises(NotFoundError, match="Thread not found"):
            attempt()
    assert ids(world.threads.list(world.user_id)) == [3, 1]


def test_a_run_under_way_finds_its_thread_gone(world: World) -> None:
    _add(world)
    thread = world.threads.get(world.user_id, 1)
    run = world.ledger.bind(accepted(world, thread), "resp_1")

    world.threads.delete(world.user_id, 1, LATER)

    with pytest.raises(SupersededError):
        world.ledger.commit(completed(run), an_answer(run))
    world.ledger.release(failed(run))
    with pytest.raises(ConflictError):
        accepted(world, thread)
    assert [message.id for message in world.threads.messages(world.user_id, 1)] == [1]


def test_all_threads_of_one_user_are_deleted(world: World) -> None:
    for _ in range(90):
        _add(world)
    _add(world, world.user_id + 1)

    world.threads.delete_all(world.user_id, LATER)
    world.threads.delete_all(world.user_id, LATER)

    assert ids(world.threads.list(world.user_id)) == []
    assert ids(world.threads.list(world.user_id + 1)) == [1]
    assert _add(world) == 91


def test_messages_go_on_after_an_id(world: World) -> None:
    _add(world)
    for turn in range(3):
        run = world.ledger.bind(
            accepted(world, world.threads.get(world.user_id, 1)), f"resp_{turn}"
        )
        world.ledger.commit(completed(run), an_answer(run))

    messages = world.threads.messages(world.user_id, 1, after=4, page_size=1)

    assert [message.id for message in messages] == [5, 6]


def test_the_directory_has_the_threads_of_all_once_each(world: World) -> None:
    for user_id in (world.user_id, world.user_id + 1):
        for _ in range(3):
            _add(world, user_id)
    world.threads.delete(world.user_id, 2, LATER)

    found = dict(world.threads_of_all.list(page_size=1))
    rest = dict(world.threads_of_all.list(after=[*found][1], page_size=2))

    assert sorted((thread.user_id, thread.id) for thread in found.values()) == sorted(
        {(world.user_id, 1), (world.user_id, 3)} | {(world.user_id + 1, n) for n in (1, 2, 3)}
    )
    assert [*rest] == [*found][2:]
    assert rest.items() <= found.items()


def test_the_directory_leaves_out_whoever_is_gone(world: World) -> None:
    user = a_user(world.user_id)
    world.accounts.create(user, a_session(user))
    for user_id in (world.user_id, world.user_id + 1):
        _add(world, user_id)

    world.accounts.delete(world.user_id, LATER)

    found = [thread.user_id for _, thread in world.threads_of_all.list()]
    assert found == [world.user_id + 1]
