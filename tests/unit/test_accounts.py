"""Registering and signing in."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import AuthenticationError, InvalidInputError, PermissionDeniedError
from afterglow.domain.models import Role
from afterglow.services.sessions import token_hash
from tests.fakes.accounts import FastHasher
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


def test_who_registers_is_signed_in_and_nobody_special(here: Accounts) -> None:
    signed_in = here.register("Ada.Lovelace", PASSWORD)

    assert here.session_service.authenticate(signed_in.token) == signed_in.user
    assert (signed_in.user.username, signed_in.user.role) == ("ada.lovelace", Role.USER)
    assert 1 <= signed_in.user.id < 2**53
    assert PASSWORD not in signed_in.user.password_hash


def test_ids_of_users_show_no_order(here: Accounts) -> None:
    ids = [here.register(f"user{n}", PASSWORD).user.id for n in range(50)]

    assert len(set(ids)) == 50
    assert ids != sorted(ids)


def test_a_token_is_stored_as_a_hash_only(here: Accounts) -> None:
    token = here.register("ada", PASSWORD).token

    assert len(token.partition(".")[2]) == 43
    assert list(here.sessions.by_hash) == [token_hash(token)]
    assert token not in repr(here.sessions.by_hash)


@pytest.mark.parametrize("name", ["ada", "ADA", "\uff21\uff44\uff41", "aDa"])
def test_a_name_is_taken_in_all_its_forms(here: Accounts, name: str) -> None:
    here.register("ada", PASSWORD)

    with pytest.raises(InvalidInputError, match="Username already taken"):
        here.register(name, PASSWORD)

    assert len(here.sessions.by_hash) == 1


def test_nobody_registers_where_registration_is_closed() -> None:
    here = Accounts(registration_open=False)

    with pytest.raises(PermissionDeniedError, match="Registration is closed"):
        here.register("ada", PASSWORD)

    assert here.hasher.hashed == 0


@pytest.mark.parametrize("password", ["short", "x" * 257, "é" * 1_000_000, "password123"])
def test_a_password_that_is_refused_is_not_hashed(here: Accounts, password: str) -> None:
    with pytest.raises(InvalidInputError, match="Validation failed"):
        here.register("ada", password)
    with pytest.raises(AuthenticationError):
        here.login("ada", password)

    assert here.hasher.hashed == 0
    assert here.accounts.by_id == {}


def test_the_right_password_opens_a_new_session(here: Accounts) -> None:
    registered = here.register("ada", PASSWORD)

    signed_in = here.login("ADA", PASSWORD)

    assert signed_in.user == registered.user
    assert signed_in.token != registered.token
    assert here.session_service.authenticate(signed_in.token) == here.session_service.authenticate(
        registered.token
    )


@pytest.mark.parametrize(
    "password", ["correct horse batterz", PASSWORD + " ", PASSWORD.upper(), ""]
)
def test_any_other_password_does_not(here: Accounts, password: str) -> None:
    here.register("ada", PASSWORD)

    with pytest.raises(AuthenticationError) as refused:
        here.login("ada", password)

    assert refused.value.message == "Invalid username or password"


def test_every_character_of_a_long_password_matters(here: Accounts) -> None:
    here.register("ada", "x" * 255 + "y")

    with pytest.raises(AuthenticationError):
        here.login("ada", "x" * 255 + "z")


def test_a_password_may_be_typed_in_another_unicode_form(here: Accounts) -> None:
    here.register("ada", "cafe\u0301 au lait")

    assert here.login("ada", "caf\u00e9 au lait").token


def test_an_unknown_name_costs_the_same_hash_and_gets_the_same_answer(here: Accounts) -> None:
    here.register("ada", PASSWORD)
    refusals = []
    for name in ("ada", "nobody"):
        before = here.hasher.verified
        with pytest.raises(AuthenticationError) as refused:
            here.login(name, "a wrong password")
        refusals.append((here.hasher.verified - before, refused.value.message))

    assert refusals == [(1, "Invalid username or password")] * 2


def test_a_disabled_user_is_nobody(here: Accounts) -> None:
    signed_in = here.register("ada", PASSWORD)
    here.accounts.by_id[signed_in.user.id] = replace(signed_in.user, is_disabled=True)

    with pytest.raises(AuthenticationError):
        here.login("ada", PASSWORD)
    with pytest.raises(AuthenticationError):
        here.session_service.authenticate(signed_in.token)


def test_a_hash_of_former_parameters_is_renewed_at_login() -> None:
    here = Accounts(hasher=FastHasher("t=1"))
    old = here.register("ada", PASSWORD).user.password_hash
    here.hasher.parameters = "t=2"

    renewed = here.login("ada", PASSWORD).user.password_hash
    again = here.login("ada", PASSWORD).user.password_hash

    assert old.startswith("t=1$")
    assert renewed.startswith("t=2$")
    assert again == renewed
    assert here.accounts.by_id[here.accounts.ids["ada"]].password_hash == renewed


def test_a_wrong_password_renews_nothing() -> None:
    here = Accounts(hasher=FastHasher("t=1"))
    here.register("ada", PASSWORD)
    here.hasher.parameters = "t=2"

    with pytest.raises(AuthenticationError):
        here.login("ada", "a wrong password")

    assert here.accounts.by_id[here.accounts.ids["ada"]].password_hash.startswith("t=1$")
