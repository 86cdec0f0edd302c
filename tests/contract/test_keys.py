"""Keys and their records: what fake and adapter both promise of their end."""

from dataclasses import replace
from datetime import date

import pytest

from afterglow.domain.models import ApiKeyRecord, User
from tests.contract.worlds import World, deployed
from tests.examples import a_session, a_user
from tests.fakes.clock import NOON
from tests.tables import dump, empty_tables

VERSION = "1" * 36
RECORD = ApiKeyRecord("WXYZ", "f" * 64, VERSION, NOON, {"gpt-4o": date(2027, 1, 14)})


@pytest.fixture
def user(world: World) -> User:
    """Return a user whose key is recorded."""
    user = a_user()
    world.accounts.create(user, a_session(user))
    world.accounts.set_api_key(user.id, RECORD)
    return user


def test_the_last_days_of_models_are_remembered_until_the_next_key(
    world: World, user: User
) -> None:
    assert world.accounts.get(user.id) == replace(user, api_key=RECORD)

    bare = replace(RECORD, model_shutdowns={})
    world.accounts.set_api_key(user.id, bare)

    assert world.accounts.get(user.id) == replace(user, api_key=bare)


def test_a_key_is_forgotten_with_everything_known_of_it(world: World, user: User) -> None:
    world.accounts.clear_api_key(user.id, VERSION)
    world.accounts.clear_api_key(user.id, VERSION)

    assert world.accounts.get(user.id) == user


@pytest.mark.usefixtures("aws")
def test_of_a_forgotten_key_nothing_is_left_in_the_table() -> None:
    empty_tables()
    world, user = deployed(), a_user()
    world.accounts.create(user, a_session(user))
    world.accounts.set_api_key(user.id, RECORD)
    before = dump()

    world.accounts.clear_api_key(user.id, VERSION)

    traces = ["WXYZ", RECORD.fingerprint, VERSION, "gpt-4o", "key_stored_at"]
    assert [trace in before for trace in traces] == [True] * 5
    assert [trace in dump() for trace in traces] == [False] * 5


def test_another_key_than_the_deleted_one_is_remembered(world: World, user: User) -> None:
    world.accounts.clear_api_key(user.id, "2" * 36)

    assert world.accounts.get(user.id) == replace(user, api_key=RECORD)


def test_a_key_of_nobody_can_be_forgotten(world: World) -> None:
    world.accounts.clear_api_key(world.user_id, VERSION)

    assert world.accounts.get(world.user_id) is None


def test_a_deleted_key_is_gone_in_every_version(world: World) -> None:
    versions = [world.vault.put(world.user_id, f"sk-{n}") for n in range(2)]
    other = world.vault.put(world.user_id + 1, "sk-other")

    world.vault.delete(world.user_id)

    assert [world.vault.get(world.user_id, version) for version in versions] == [None, None]
    assert world.vault.get(world.user_id + 1, other) == "sk-other"


def test_there_may_be_nothing_to_delete(world: World) -> None:
    world.vault.delete(world.user_id)
    world.vault.put(world.user_id, "sk-one")
    world.vault.delete(world.user_id)
    world.vault.delete(world.user_id)


def test_a_key_can_be_set_as_soon_as_one_is_deleted(world: World) -> None:
    versions = set()
    for n in range(100):
        version = world.vault.put(world.user_id, f"sk-{n}")
        assert world.vault.get(world.user_id, version) == f"sk-{n}"
        world.vault.delete(world.user_id)
        assert world.vault.get(world.user_id, version) is None
        versions.add(version)

    assert len(versions) == 100
