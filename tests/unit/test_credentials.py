"""A user's OpenAI key."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import ApiKeyRecord, User
from afterglow.ports.engine import KeyVerdict
from tests.fakes.clock import NOON
from tests.fakes.engine import ScriptedEngine
from tests.unit.keys import KEY, Keys


def test_a_good_key_goes_to_the_vault_and_its_record_to_the_user() -> None:
    keys = Keys(ScriptedEngine(verdict=KeyVerdict.GOOD))

    assert keys.store() is None
    assert keys.vault.keys == {keys.user_id: KEY}
    assert keys.engine.keys == [KEY]
    assert keys.user().api_key == ApiKeyRecord(
        "WXYZ", keys.vault.fingerprint(KEY), next(iter(keys.vault.versions))[1], NOON
    )
    assert KEY not in repr(keys.user())


def test_the_last_days_of_models_that_are_ahead_are_remembered() -> None:
    keys = Keys(ScriptedEngine())
    today = NOON.date()
    keys.engine.model_shutdowns = {"gpt-4o": today, "o1": today - timedelta(days=1)}

    keys.store()

    record = keys.user().api_key
    assert record is not None
    assert record.model_shutdowns == {"gpt-4o": today}


def test_a_key_replaces_the_one_before() -> None:
    keys = Keys(ScriptedEngine())

    keys.store()
    keys.store("sk-" + "n" * 20)

    assert keys.vault.keys == {keys.user_id: "sk-" + "n" * 20}
    record = keys.user().api_key
    assert record is not None
    assert record.last4 == "nnnn"


def test_a_key_that_openai_rejects_is_not_stored() -> None:
    keys = Keys(ScriptedEngine(verdict=KeyVerdict.REJECTED))

    with pytest.raises(InvalidInputError) as refused:
        keys.store()

    assert (refused.value.message, refused.value.code) == (
        "OpenAI rejected the API key",
        "openai_key_invalid",
    )
    assert keys.vault.keys == {}
    assert keys.user().api_key is None


@pytest.mark.parametrize(
    ("verdict", "warning"),
    [
        (KeyVerdict.RESTRICTED, "may not list models"),
        (KeyVerdict.UNKNOWN, "could not be asked"),
        (OperationFailedError("down", code="openai_unavailable"), "could not be asked"),
        (RateLimitError("slow down", code="openai_rate_limited"), "could not be asked"),
        (LimitExceededError("no credit", code="openai_insufficient_quota"), "could not be asked"),
        (InvalidInputError("no such route", code="openai_refused"), "could not be asked"),
    ],
)
def test_a_key_that_cannot_be_checked_is_stored_with_a_warning(
    verdict: KeyVerdict | DomainError, warning: str
) -> None:
    keys = Keys(ScriptedEngine(verdict=verdict))

    said = keys.store()

    assert said is not None
    assert warning in said
    assert keys.vault.keys == {keys.user_id: KEY}
    assert keys.user().api_key is not None


@pytest.mark.parametrize("length", [20, 300])
def test_a_key_has_20_to_300_characters(length: int) -> None:
    key = "sk-" + "k" * (length - 3)
    keys = Keys(ScriptedEngine())

    keys.store(key)

    assert keys.vault.keys[keys.user_id] == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "sk-",
        "sk-" + "k" * 16,
        "sk-" + "k" * 298,
        "pk-" + "k" * 40,
        "SK-" + "k" * 40,
        " sk-" + "k" * 40,
        "sk-" + "k" * 40 + "\n",
        "sk-" + "k" * 40 + "\r\nX-Injected: 1",
        "sk-" + "ü" * 40,
        "sk-" + "k" * 20 + "\u0660" * 20,
        "sk-admin-" + "k" * 40,
    ],
)
def test_what_is_no_key_is_refused_without_asking_anybody(key: str) -> None:
    keys = Keys(ScriptedEngine())

    with pytest.raises(InvalidInputError, match="Validation failed") as refused:
        keys.store(key)

    assert [(d["field"], d["code"]) for d in refused.value.details] == [
        ("apiKey", "invalid_format")
    ]
    assert keys.engine.keys == []
    assert keys.vault.keys == {}


def test_nobody_tries_out_keys_here() -> None:
    keys = Keys(ScriptedEngine())
    charged: list[User] = []

    def charge(user: User) -> None:
        charged.append(user)
        raise RateLimitError("Rate limit exceeded", retry_after=60)

    keys.charge = charge
    with pytest.raises(InvalidInputError):
        keys.store("no key at all")
    assert charged == []

    with pytest.raises(RateLimitError):
        keys.store()

    assert charged == [keys.user()]
    assert keys.engine.keys == []
    assert keys.vault.keys == {}
