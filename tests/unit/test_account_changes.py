"""Another password, and leaving."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import (
    AuthenticationError,
    ConflictError,
    InvalidInputError,
    PermissionDeniedError,
)
from afterglow.domain.models import SessionKind
from afterglow.services.accounts import SignedIn
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"
ANOTHER = "a wholly different phrase"


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


@pytest.fixture
def ada(here: Accounts) -> SignedIn:
    """Return a user who has just registered."""
    return here.register("ada", PASSWORD)


def is_alive(here: Accounts, token: str, kind: SessionKind = SessionKind.COOKIE) -> bool:
    """Tell whether a token is still good."""
    try:
        here.session_service.authenticate(token, kind)
    except AuthenticationError:
        return False
    return True


def test_another_password_is_the_one_that_opens(here: Accounts, ada: SignedIn) -> None:
    here.change_password(ada.user, PASSWORD, ANOTHER)

    assert here.login("ada", ANOTHER)
    with pytest.raises(AuthenticationError):
        here.login("ada", PASSWORD)


def test_only_the_session_it_gives_survives_it(here: Accounts, ada: SignedIn) -> None:
    browser = here.login("ada", PASSWORD).token
    program = here.issue_token("ada", PASSWORD)
    bob = here.register("bob", PASSWORD)

    changed = here.change_password(ada.user, PASSWORD, ANOTHER)

    assert here.session_service.authenticate(changed.token) == changed.user
    assert not is_alive(here, ada.token)
    assert not is_alive(here, browser)
    assert not is_alive(here, program, SessionKind.BEARER)
    assert is_alive(here, bob.token)


def test_who_does_not_know_the_current_one_changes_nothing(here: Accounts, ada: SignedIn) -> None:
    with pytest.raises(PermissionDeniedError) as refused:
        here.change_password(ada.user, "a wrong password", ANOTHER)

    assert refused.value.message == "Current password is incorrect"
    assert refused.value.details == ({"field": "currentPassword", "code": "incorrect"},)
    assert here.session_service.authenticate(ada.token) == ada.user


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "too_short"), ("password123", "too_common"), ("x" * 257, "too_long")],
)
def test_the_new_one_keeps_the_rules_of_registration(
    here: Accounts, ada: SignedIn, password: str, code: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        here.change_password(ada.user, PASSWORD, password)

    (detail,) = refused.value.details
    assert (detail["field"], detail["code"]) == ("newPassword", code)
    assert here.session_service.authenticate(ada.token) == ada.user
    assert here.hasher.verified == 0


def test_a_change_that_another_one_overtook_is_refused(
    here: Accounts, ada: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the first of two changes reads, and then the second is done.
    stale = here.accounts.find("ada")
    here.change_password(ada.user, PASSWORD, ANOTHER)
    monkeypatch.setattr(here.accounts, "find", lambda _: stale)

    with pytest.raises(ConflictError):
        here.change_password(ada.user, PASSWORD, "the loser of the race")

    monkeypatch.undo()
    assert here.login("ada", ANOTHER)


def test_who_leaves_is_nobody_at_once_and_the_name_stays_taken(
    here: Accounts, ada: SignedIn
) -> None:
    program = here.issue_token("ada", PASSWORD)

    here.service.delete(ada.user)
    here.service.delete(ada.user)

    assert here.accounts.deleted == {ada.user.id: here.clock()}
    assert not is_alive(here, ada.token)
    assert not is_alive(here, program, SessionKind.BEARER)
    with pytest.raises(AuthenticationError, match="Invalid username or password"):
        here.login("ada", PASSWORD)
    with pytest.raises(InvalidInputError, match="Username already taken"):
        here.register("ada", PASSWORD)


def test_a_disabled_user_changes_no_password(here: Accounts, ada: SignedIn) -> None:
    here.accounts.by_id[ada.user.id] = replace(ada.user, is_disabled=True)

    with pytest.raises(PermissionDeniedError):
        here.change_password(ada.user, PASSWORD, ANOTHER)
