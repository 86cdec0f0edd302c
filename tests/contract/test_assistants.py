"""Assistants: what fake and adapter both promise."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError
from afterglow.domain.models import Assistant, AssistantSpec
from tests.contract.worlds import World
from tests.examples import SPEC, a_session, a_user, an_assistant
from tests.fakes.clock import NOON

MANY = 100


def add(world: World, **facts: Any) -> Assistant:
    """Return a new assistant of the test's user."""
    assistant_id = world.assistants.next_id(world.user_id)
    assistant = an_assistant(world.user_id, assistant_id, **facts)
    world.assistants.add(assistant, limit=MANY)
    return assistant


def test_assistants_are_numbered_from_one_for_each_user(world: World) -> None:
    mine = [world.assistants.next_id(world.user_id) for _ in range(3)]
    theirs = world.assistants.next_id(world.user_id + 1)

    assert mine == [1, 2, 3]
    assert theirs == 1


def test_an_assistant_is_kept_as_it_was_given(world: World) -> None:
    bare = AssistantSpec("Só", "gpt-6-luna", "")
    added = [add(world), add(world, spec=bare, is_used=True, is_active=False)]

    assert [world.assistants.get(world.user_id, n) for n in (1, 2)] == added
    assert list(world.assistants.list(world.user_id)) == added


def test_every_temperature_survives(world: World) -> None:
    awkward = [0.1 + 0.2, 5e-324, 1.9999999999999998]
    for temperature in awkward:
        add(world, spec=replace(SPEC, temperature=temperature))

    stored = world.assistants.list(world.user_id)

    assert [assistant.spec.temperature for assistant in stored] == awkward


def test_assistants_are_listed_in_order_beyond_the_ninth(world: World) -> None:
    for _ in range(11):
        add(world)

    listed = world.assistants.list(world.user_id)

    assert [assistant.id for assistant in listed] == list(range(1, 12))


def test_somebody_elses_assistant_is_not_found(world: World) -> None:
    add(world)

    for user_id, assistant_id in [(world.user_id + 1, 1), (world.user_id, 2)]:
        with pytest.raises(NotFoundError, match="Assistant not found"):
            world.assistants.get(user_id, assistant_id)
    assert list(world.assistants.list(world.user_id + 1)) == []


def sign_up(world: World) -> None:
    """Have the test's user be there."""
    user = a_user(world.user_id)
    world.accounts.create(user, a_session(user))


def default_of(world: World) -> int | None:
    """Return the default assistant of the test's user."""
    user = world.accounts.get(world.user_id)
    assert user is not None
    return user.default_assistant_id


def ids(assistants: Iterable[Assistant]) -> list[int]:
    """Return the assistants' ids."""
    return [assistant.id for assistant in assistants]


def test_an_assistant_is_found_by_its_openai_id_by_its_owner_only(world: World) -> None:
    assistant = add(world)

    assert world.assistants.find(world.user_id, assistant.openai_assistant_id) == assistant
    for user_id, name in [
        (world.user_id + 1, assistant.openai_assistant_id),
        (world.user_id, "asst_unknown"),
    ]:
        with pytest.raises(NotFoundError, match="Assistant not found"):
            world.assistants.find(user_id, name)


def test_a_list_goes_on_after_an_id(world: World) -> None:
    for _ in range(7):
        add(world)

    assert ids(world.assistants.list(world.user_id, after=4, page_size=2)) == [5, 6, 7]
    assert ids(world.assistants.list(world.user_id, after=7)) == []


def test_nobody_has_more_assistants_than_the_limit(world: World) -> None:
    sign_up(world)
    for n in (1, 2):
        world.assistants.add(an_assistant(world.user_id, n), limit=2)

    for limit in (2, 1, 0):
        with pytest.raises(LimitExceededError, match=r"^Assistant limit reached$"):
            world.assistants.add(an_assistant(world.user_id, 3), limit=limit)
    assert ids(world.assistants.list(world.user_id)) == [1, 2]

    world.assistants.delete(world.user_id, 1, NOON)
    world.assistants.add(an_assistant(world.user_id, 3), limit=2)
    assert ids(world.assistants.list(world.user_id)) == [2, 3]


def test_a_limit_of_none_lets_nobody_have_one(world: World) -> None:
    with pytest.raises(LimitExceededError):
        world.assistants.add(an_assistant(world.user_id), limit=0)

    assert ids(world.assistants.list(world.user_id)) == []


def test_a_change_is_stored_unless_somebody_else_was_faster(world: World) -> None:
    seen = add(world, is_used=True)
    later = NOON + timedelta(seconds=1)
    spec = replace(SPEC, name="Ada", temperature=None)
    wanted = replace(seen, spec=spec, is_active=False, updated_at=later)

    world.assistants.change(seen, wanted)

    assert world.assistants.get(world.user_id, 1) == wanted
    with pytest.raises(ConflictError):
        world.assistants.change(seen, replace(seen, updated_at=later + timedelta(seconds=1)))
    assert world.assistants.get(world.user_id, 1) == wanted


def test_an_assistant_that_is_gone_is_not_changed_or_used(world: World) -> None:
    sign_up(world)
    gone = add(world)
    world.assistants.delete(world.user_id, 1, NOON)

    world.assistants.mark_used(gone)
    with pytest.raises(ConflictError):
        world.assistants.change(gone, replace(gone, updated_at=NOON + timedelta(seconds=1)))

    assert ids(world.assistants.list(world.user_id)) == []


def test_an_assistant_is_marked_as_used(world: World) -> None:
    assistant = add(world)

    world.assistants.mark_used(assistant)

    assert world.assistants.get(world.user_id, 1) == replace(assistant, is_used=True)


def test_a_deleted_assistant_is_gone_by_both_names(world: World) -> None:
    sign_up(world)
    gone, stays = add(world), add(world)

    world.assistants.delete(world.user_id, gone.id, NOON)

    attempts: tuple[Callable[[], object], ...] = (
        lambda: world.assistants.get(world.user_id, gone.id),
        lambda: world.assistants.find(world.user_id, gone.openai_assistant_id),
        lambda: world.assistants.delete(world.user_id, gone.id, NOON),
    )
    for attempt in attempts:
        with pytest.raises(NotFoundError, match="Assistant not found"):
            attempt()
    assert list(world.assistants.list(world.user_id)) == [stays]
    assert add(world).id == 3


def test_a_deleted_assistant_is_no_longer_the_default(world: World) -> None:
    sign_up(world)
    for _ in range(3):
        add(world)
    world.accounts.set_default_assistant(world.user_id, 2)

    world.assistants.delete(world.user_id, 1, NOON)
    assert default_of(world) == 2

    world.assistants.delete(world.user_id, 2, NOON)
    assert default_of(world) is None

    world.assistants.delete(world.user_id, 3, NOON)
    assert default_of(world) is None


def test_all_assistants_of_one_user_are_deleted(world: World) -> None:
    sign_up(world)
    for _ in range(90):
        add(world)
    world.accounts.set_default_assistant(world.user_id, 45)
    world.assistants.add(an_assistant(world.user_id + 1), limit=MANY)

    world.assistants.delete_all(world.user_id, NOON)
    world.assistants.delete_all(world.user_id, NOON)

    assert ids(world.assistants.list(world.user_id)) == []
    assert ids(world.assistants.list(world.user_id + 1)) == [1]
    assert default_of(world) is None
    world.assistants.add(an_assistant(world.user_id, 91), limit=1)


def test_the_limit_is_what_was_said_last(world: World) -> None:
    assert world.configuration.assistant_limit() is None

    for limit in (7, 0, 10_000):
        world.configuration.set_assistant_limit(limit)
        assert world.configuration.assistant_limit() == limit
