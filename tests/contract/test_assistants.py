"""Assistants: what fake and adapter both promise."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import AssistantSpec
from tests.contract.worlds import World
from tests.examples import SPEC
from tests.fakes.clock import NOON


def test_assistants_are_numbered_from_one_for_each_user(world: World) -> None:
    mine = [world.assistants.add(world.user_id, SPEC, NOON).id for _ in range(3)]
    theirs = world.assistants.add(world.user_id + 1, SPEC, NOON).id

    assert mine == [1, 2, 3]
    assert theirs == 1


def test_an_assistant_is_kept_as_it_was_given(world: World) -> None:
    bare = AssistantSpec("Só", "gpt-6-luna", "")
    added = [world.assistants.add(world.user_id, spec, NOON) for spec in (SPEC, bare)]

    assert [assistant.spec for assistant in added] == [SPEC, bare]
    assert [world.assistants.get(world.user_id, n) for n in (1, 2)] == added
    assert list(world.assistants.list(world.user_id)) == added


def test_every_temperature_survives(world: World) -> None:
    awkward = [0.1 + 0.2, 5e-324, 1.9999999999999998]
    for temperature in awkward:
        world.assistants.add(world.user_id, replace(SPEC, temperature=temperature), NOON)

    stored = world.assistants.list(world.user_id)

    assert [assistant.spec.temperature for assistant in stored] == awkward


def test_assistants_are_listed_in_order_beyond_the_ninth(world: World) -> None:
    for _ in range(11):
        world.assistants.add(world.user_id, SPEC, NOON)

    listed = world.assistants.list(world.user_id)

    assert [assistant.id for assistant in listed] == list(range(1, 12))


def test_somebody_elses_assistant_is_not_found(world: World) -> None:
    world.assistants.add(world.user_id, SPEC, NOON)

    for user_id, assistant_id in [(world.user_id + 1, 1), (world.user_id, 2)]:
        with pytest.raises(NotFoundError, match="Assistant not found"):
            world.assistants.get(user_id, assistant_id)
    assert list(world.assistants.list(world.user_id + 1)) == []


def test_an_openai_id_is_given_once(world: World) -> None:
    assistant = world.assistants.add(world.user_id, SPEC, NOON)

    first = world.assistants.ensure_openai_id(assistant, "asst_first")
    second = world.assistants.ensure_openai_id(assistant, "asst_second")

    assert first == second == replace(assistant, openai_assistant_id="asst_first")
    assert world.assistants.get(world.user_id, 1) == first


def test_an_assistant_that_is_gone_gets_no_openai_id(world: World) -> None:
    assistant = world.assistants.add(world.user_id, SPEC, NOON)

    with pytest.raises(NotFoundError):
        world.assistants.ensure_openai_id(replace(assistant, id=2), "asst_first")

    assert world.assistants.list(world.user_id) == [assistant]
