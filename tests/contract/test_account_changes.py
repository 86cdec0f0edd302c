"""Passwords, roles, who is let in and who leaves: what fake and adapter both promise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter

import pytest

from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.models import Role, SessionKind, User
from tests.contract.worlds import World
from tests.examples import a_session, a_user, an_assistant
from tests.fakes.clock import NOON

by_id = attrgetter("id")


@pytest.fixture
def user(world: World) -> User:
    """Return a user with one session."""
    user = a_user()
    world.accounts.create(user, a_session(user))
    return user


def test_another_password_comes_with_the_session_of_its_epoch(world: World, user: User) -> None:
    session = a_session(user, epoch=1)

    world.accounts.change_password(user, "another hash", session)

    changed = replace(user, password_hash="another hash", session_epoch=1)
    assert world.accounts.get(user.id) == changed
    assert world.sessions.get(session.user_id, session.token_hash) == session
    assert session in world.sessions.list(user.id)


@pytest.mark.parametrize("what", ["password", "epoch"])
def test_of_two_changes_of_a_password_the_second_is_refused(
    world: World, user: User, what: str
) -> None:
    if what == "password":
        world.accounts.replace_password_hash(user, "the first one's")
    else:
        world.accounts.disable(user.id)
    before = world.accounts.get(user.id)
    session = a_session(user, epoch=1)

    with pytest.raises(ConflictError):
        world.accounts.change_password(user, "the second one's", session)

    assert world.accounts.get(user.id) == before
    assert world.sessions.get(session.user_id, session.token_hash) is None


def test_the_kind_of_a_session_is_kept(world: World, user: User) -> None:
    session = a_session(user, kind=SessionKind.BEARER)

    world.sessions.add(session)

    assert world.sessions.get(session.user_id, session.token_hash) == session
    assert session in world.sessions.list(user.id)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_what_it_was_set_to(world: World, user: User, role: Role) -> None:
    world.accounts.set_role(user.id, Role.ADMIN)
    world.accounts.set_role(user.id, role)
    world.accounts.set_role(user.id, role)

    assert world.accounts.get(user.id) == replace(user, role=role)


def test_who_is_disabled_has_another_epoch_and_keeps_it(world: World, user: User) -> None:
    world.accounts.disable(user.id)
    assert world.accounts.get(user.id) == replace(user, is_disabled=True, session_epoch=1)

    world.accounts.enable(user.id)

    assert world.accounts.get(user.id) == replace(user, session_epoch=1)


def test_who_is_gone_is_found_nowhere_and_their_name_stays_taken(world: World, user: User) -> None:
    world.accounts.delete(user.id, NOON)
    world.accounts.delete(user.id, NOON + timedelta(days=1))

    assert world.accounts.get(user.id) is None
    assert world.accounts.find(user.username) is None
    twin = a_user(username=user.username)
    with pytest.raises(InvalidInputError, match="Username already taken"):
        world.accounts.create(twin, a_session(twin))


def test_a_default_is_one_of_ones_own_assistants(world: World, user: User) -> None:
    other = a_user()
    world.accounts.create(other, a_session(other))
    for owner, number in [(user, 1), (other, 1), (other, 2)]:
        world.assistants.add(an_assistant(owner.id, number), limit=20)

    for chosen in (1, 1, None, None, 1):
        world.accounts.set_default_assistant(user.id, chosen)
        assert world.accounts.get(user.id) == replace(user, default_assistant_id=chosen)

    for unknown in (2, 999):
        with pytest.raises(NotFoundError, match=r"^Assistant not found$"):
            world.accounts.set_default_assistant(user.id, unknown)
    assert world.accounts.get(user.id) == replace(user, default_assistant_id=1)
    assert world.accounts.get(other.id) == other


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "never there"])
def test_nobody_is_changed(world: World, user: User, *, gone: bool) -> None:
    if gone:
        world.accounts.delete(user.id, NOON)
    user_id = user.id if gone else world.user_id
    changes: list[Callable[[], None]] = [
        lambda: world.accounts.set_role(user_id, Role.ADMIN),
        lambda: world.accounts.disable(user_id),
        lambda: world.accounts.enable(user_id),
        lambda: world.accounts.set_default_assistant(user_id, None),
    ]
    for change in changes:
        with pytest.raises(NotFoundError):
            change()

    assert world.accounts.get(user_id) is None


def test_the_directory_has_everyone_who_is_there(world: World) -> None:
    plain, admin, disabled, gone = (a_user(role=role) for role in (Role.USER, *[Role.ADMIN] * 3))
    for someone in (plain, admin, disabled, gone):
        world.accounts.create(someone, a_session(someone))
    world.accounts.disable(disabled.id)
    world.accounts.delete(gone.id, NOON)
    disabled = replace(disabled, is_disabled=True, session_epoch=1)

    everyone = sorted(world.directory.users(), key=by_id)
    admins = sorted(world.directory.users(Role.ADMIN), key=by_id)

    assert everyone == sorted([plain, admin, disabled], key=by_id)
    assert admins == sorted([admin, disabled], key=by_id)
