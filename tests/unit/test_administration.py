"""What the operator decides about users."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from afterglow.domain.errors import AuthenticationError, NotFoundError
from afterglow.domain.models import Role, SessionKind, User
from afterglow.services.administration import AdministrationService, Decision
from tests.fakes.directory import InMemoryDirectory
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"
GONE_AT = datetime(2026, 11, 22, tzinfo=UTC)
VERBS: list[Callable[[AdministrationService, str], Decision]] = [
    AdministrationService.grant,
    AdministrationService.revoke,
    AdministrationService.disable,
    AdministrationService.enable,
    AdministrationService.delete,
]
each_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


@pytest.fixture
def operator(here: Accounts) -> AdministrationService:
    """Return the service under test."""
    return AdministrationService(here.accounts, InMemoryDirectory(here.accounts), lambda: GONE_AT)


@pytest.fixture
def ada(here: Accounts) -> User:
    """Return a user."""
    return here.register("ada", PASSWORD).user


def stored(here: Accounts, user: User) -> User:
    """Return a user as of now."""
    return here.accounts.by_id[user.id]


@pytest.mark.parametrize("name", ["ada", "ADA", "\uff41da"])
def test_an_admin_is_made_and_unmade_by_name(
    here: Accounts, operator: AdministrationService, ada: User, name: str
) -> None:
    admin = replace(ada, role=Role.ADMIN)

    assert operator.grant(name) == Decision(admin, is_change=True)
    assert stored(here, ada) == admin
    assert operator.grant(name) == Decision(admin, is_change=False)
    assert operator.revoke(name) == Decision(ada, is_change=True)
    assert stored(here, ada) == ada
    assert operator.revoke(name) == Decision(ada, is_change=False)


def test_who_is_disabled_is_out_at_once_and_comes_back_by_the_password_only(
    here: Accounts, operator: AdministrationService, ada: User
) -> None:
    sessions = here.session_service
    tokens = {kind: sessions.begin(ada, kind) for kind in SessionKind}

    assert operator.disable("ada").is_change
    for kind, token in tokens.items():
        with pytest.raises(AuthenticationError):
            sessions.authenticate(token, kind)
    with pytest.raises(AuthenticationError):
        here.login("ada", PASSWORD)
    assert not operator.disable("ada").is_change

    assert operator.enable("ada") == Decision(stored(here, ada), is_change=True)
    assert operator.enable("ada") == Decision(stored(here, ada), is_change=False)
    for kind, token in tokens.items():
        with pytest.raises(AuthenticationError):
            sessions.authenticate(token, kind)
    assert here.login("ada", PASSWORD).user.id == ada.id


@each_verb
@pytest.mark.parametrize("name", ["bob", "admin", "", "no such name!", "\ud800"])
def test_nobody_is_nobody_however_odd_the_name(
    here: Accounts,
    operator: AdministrationService,
    ada: User,
    verb: Callable[[AdministrationService, str], Decision],
    name: str,
) -> None:
    with pytest.raises(NotFoundError, match="No user is called"):
        verb(operator, name)

    assert here.accounts.by_id == {ada.id: ada}


@each_verb
def test_who_left_is_nobody(
    here: Accounts,
    operator: AdministrationService,
    ada: User,
    verb: Callable[[AdministrationService, str], Decision],
) -> None:
    here.service.delete(ada)

    with pytest.raises(NotFoundError, match="No user is called ada"):
        verb(operator, "ada")


@pytest.mark.parametrize("is_disabled", [False, True])
def test_who_cannot_ask_for_it_is_deleted_by_the_operator(
    here: Accounts, operator: AdministrationService, ada: User, *, is_disabled: bool
) -> None:
    token = here.session_service.begin(ada)
    if is_disabled:
        operator.disable("ada")

    assert operator.delete("ADA").user.id == ada.id

    assert here.accounts.get(ada.id) is None
    with pytest.raises(AuthenticationError):
        here.session_service.authenticate(token, SessionKind.COOKIE)
    with pytest.raises(AuthenticationError):
        here.login("ada", PASSWORD)


def test_users_are_listed_by_name(here: Accounts, operator: AdministrationService) -> None:
    for name in ("cyd", "ada", "bob"):
        here.register(name, PASSWORD)
    operator.grant("cyd")
    operator.grant("bob")
    operator.disable("bob")

    assert [user.username for user in operator.admins()] == ["bob", "cyd"]
    assert [user.username for user in operator.everyone()] == ["ada", "bob", "cyd"]
    assert [user.is_disabled for user in operator.everyone()] == [False, True, False]


def test_a_hundred_users_and_no_admin_among_them(
    here: Accounts, operator: AdministrationService
) -> None:
    for number in range(100):
        here.register(f"user{number}", PASSWORD)

    assert operator.admins() == []
    assert len(operator.everyone()) == 100
