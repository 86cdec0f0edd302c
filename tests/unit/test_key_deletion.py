"""Deleting an OpenAI key, and what dies or comes in between."""

from collections.abc import Callable

import pytest

from afterglow.domain.errors import NotFoundError
from tests.fakes.clock import NOON
from tests.fakes.engine import ScriptedEngine
from tests.unit.keys import KEY, Keys

OTHER = "sk-" + "n" * 40


@pytest.fixture
def keys() -> Keys:
    """Return the service for a user with a key."""
    keys = Keys(ScriptedEngine())
    keys.store()
    return keys


def meanwhile(keys: Keys, method: str, happens: Callable[[], object]) -> None:
    """Let something happen right after the next call of a method of the vault."""
    original = getattr(keys.vault, method)

    def call(*arguments: object) -> object:
        setattr(keys.vault, method, original)
        result = original(*arguments)
        happens()
        return result

    setattr(keys.vault, method, call)


def test_a_deleted_key_is_gone_from_vault_and_record(keys: Keys) -> None:
    record = keys.user().api_key
    assert record is not None

    keys.service.delete_api_key(keys.user())

    assert keys.user().api_key is None
    assert keys.vault.keys == {}
    assert keys.vault.get(keys.user_id, record.version) is None


def test_where_there_is_no_key_nothing_happens(keys: Keys) -> None:
    keys.service.delete_api_key(keys.user())
    keys.service.delete_api_key(keys.user())

    assert keys.user().api_key is None


def test_a_key_that_no_record_tells_of_is_deleted_too() -> None:
    keys = Keys(ScriptedEngine())
    keys.vault.put(keys.user_id, KEY)

    keys.service.delete_api_key(keys.user())

    assert keys.vault.keys == {}


def test_what_dies_in_between_leaves_no_key_and_can_be_repeated(keys: Keys) -> None:
    def die() -> None:
        raise SystemExit

    user = keys.user()
    meanwhile(keys, "delete", die)

    with pytest.raises(SystemExit):
        keys.service.delete_api_key(user)

    assert keys.vault.keys == {}
    assert keys.user().api_key is not None
    keys.service.delete_api_key(user)
    assert keys.user().api_key is None


def test_a_key_that_is_stored_meanwhile_keeps_its_record(keys: Keys) -> None:
    meanwhile(keys, "delete", lambda: keys.store(OTHER))

    keys.service.delete_api_key(keys.user())

    record = keys.user().api_key
    assert record is not None
    assert keys.vault.get(keys.user_id, record.version) == OTHER


def test_a_key_of_an_account_that_is_deleted_meanwhile_is_not_left_behind(keys: Keys) -> None:
    meanwhile(keys, "put", lambda: keys.accounts.delete(keys.user_id, NOON))
    user = keys.user()

    with pytest.raises(NotFoundError):
        keys.service.set_api_key(user, OTHER)

    assert keys.vault.keys == {}
