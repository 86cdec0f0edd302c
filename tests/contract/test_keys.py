"""Keys and their records: what fake and adapter both promise of their end."""

import re
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.domain.identifiers import new_user_id
from afterglow.domain.models import ApiKeyRecord, User
from afterglow.ports.accounts import KeyVault
from afterglow.settings import settings
from tests.contract.worlds import World, deployed
from tests.examples import a_session, a_user
from tests.fakes.accounts import InMemoryVault
from tests.fakes.clock import NOON
from tests.kms import new_kms_vault
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


@pytest.fixture(params=["in memory", "in Secrets Manager", "in KMS"])
def vault(request: pytest.FixtureRequest) -> KeyVault:
    """Return one vault."""
    if request.param == "in memory":
        return InMemoryVault()
    request.getfixturevalue("aws")
    if request.param == "in KMS":
        return new_kms_vault()
    return SecretsManagerVault(settings().openai_keys_prefix)


@pytest.fixture
def user_id() -> int:
    """Return a user of the test's own."""
    return new_user_id()


def test_a_key_comes_back_to_its_user_in_its_version_and_to_nobody_else(
    vault: KeyVault, user_id: int
) -> None:
    longest = "sk-" + "k" * 297
    version, others = vault.put(user_id, longest), vault.put(user_id + 1, "sk-other")

    assert vault.get(user_id, version) == longest
    assert vault.get(user_id + 1, version) is None
    assert vault.get(user_id, others) is None
    assert vault.get(user_id, str(uuid4())) is None


def test_the_key_before_is_there_for_whoever_was_told_of_it(vault: KeyVault, user_id: int) -> None:
    versions = [vault.put(user_id, f"sk-{n}") for n in range(2)]
    assert [vault.get(user_id, version) for version in versions] == ["sk-0", "sk-1"]

    versions += [vault.put(user_id, f"sk-{n}") for n in (2, 3)]

    assert [vault.get(user_id, version) for version in versions[2:]] == ["sk-2", "sk-3"]
    assert len(set(versions)) == 4


def test_the_same_key_stored_again_is_a_version_of_its_own(vault: KeyVault, user_id: int) -> None:
    versions = [vault.put(user_id, "sk-same") for _ in range(2)]

    assert len(set(versions)) == 2
    assert [vault.get(user_id, version) for version in versions] == ["sk-same"] * 2


def test_a_deleted_key_is_gone_in_every_version(vault: KeyVault, user_id: int) -> None:
    versions = [vault.put(user_id, f"sk-{n}") for n in range(2)]
    other = vault.put(user_id + 1, "sk-other")

    vault.delete(user_id)

    assert [vault.get(user_id, version) for version in versions] == [None, None]
    assert vault.get(user_id + 1, other) == "sk-other"


def test_there_may_be_nothing_to_delete(vault: KeyVault, user_id: int) -> None:
    vault.delete(user_id)
    vault.put(user_id, "sk-one")
    vault.delete(user_id)
    vault.delete(user_id)


def test_a_key_can_be_set_as_soon_as_one_is_deleted(vault: KeyVault, user_id: int) -> None:
    versions = set()
    for n in range(100):
        version = vault.put(user_id, f"sk-{n}")
        assert vault.get(user_id, version) == f"sk-{n}"
        vault.delete(user_id)
        assert vault.get(user_id, version) is None
        versions.add(version)

    assert len(versions) == 100


def test_a_fingerprint_tells_keys_apart_and_not_users(vault: KeyVault) -> None:
    prints = [vault.fingerprint(key) for key in ("sk-one", "sk-one", "sk-two")]

    assert prints[0] == prints[1] != prints[2]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in prints)
