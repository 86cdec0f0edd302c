"""Messages are counted in the write that takes them: all of it, or nothing."""

import pytest

from afterglow.domain.errors import ConflictError, RateLimitError
from afterglow.domain.models import Thread
from afterglow.domain.rates import Period, Use, Window
from afterglow.ports.conversations import Terms
from tests.contract.turns import MANY, contents, new_thread
from tests.contract.worlds import World
from tests.examples import a_question, a_run
from tests.fakes.clock import NOON

# The minute that noon begins is over in sixty seconds.
MINUTE = Window(Period.MINUTE, 1)
DAY = Window(Period.DAY, 2)


def use(world: World, action: str, *windows: Window) -> Use:
    """Return what the test's user does at noon."""
    return Use(f"user {world.user_id}", action, windows, 1, NOON)


def say(world: World, thread: Thread, *uses: Use) -> None:
    """Have a message taken that counts as these."""
    run = a_run(thread)
    world.ledger.accept(thread, run, a_question(run), Terms(MANY, uses))


def test_a_message_counts_in_each_of_its_windows(world: World) -> None:
    say(world, new_thread(world), use(world, "chat", MINUTE, DAY))
    late = new_thread(world)

    with pytest.raises(RateLimitError, match=r"^Rate limit exceeded$") as refused:
        say(world, late, use(world, "chat", MINUTE, DAY))

    assert refused.value.retry_after == 60
    assert contents(world, late) == []
    assert world.threads.get(late.user_id, late.id) == late


def test_what_is_counted_as_two_things_is_counted_as_both_or_as_neither(world: World) -> None:
    chat, opening = use(world, "chat", DAY), use(world, "thread", MINUTE)
    say(world, new_thread(world), chat, opening)
    with pytest.raises(RateLimitError):
        say(world, new_thread(world), chat, opening)

    say(world, new_thread(world), chat)

    with pytest.raises(RateLimitError):
        say(world, new_thread(world), chat)


def test_what_meets_another_message_is_not_counted(world: World) -> None:
    chat = use(world, "chat", DAY)
    busy = new_thread(world)
    say(world, busy, chat)
    for _ in range(3):
        with pytest.raises(ConflictError):
            say(world, busy, chat)

    say(world, new_thread(world), chat)


def test_a_thread_that_begins_with_a_message_counts_too(world: World) -> None:
    thread = new_thread(world)
    say(world, thread, use(world, "chat", MINUTE))
    run = a_run(thread)

    with pytest.raises(RateLimitError):
        world.ledger.open(thread, run, a_question(run), Terms(MANY, [use(world, "chat", MINUTE)]))


def test_where_nothing_is_allowed_nothing_is_tried(world: World) -> None:
    thread = new_thread(world)

    with pytest.raises(RateLimitError):
        say(world, thread, use(world, "chat", Window(Period.HOUR, 0)))

    assert contents(world, thread) == []
