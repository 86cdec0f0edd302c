"""Users, sessions, keys and hashes: what fake and adapter both promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import ApiKeyRecord, Role
from tests.contract.worlds import World
from tests.examples import a_session, a_user
from tests.fakes.clock import NOON

NO_VERSION = "0" * 36


def test_a_user_is_found_by_id_and_by_name(world: World) -> None:
    user = a_user(role=Role.ADMIN, session_epoch=3)
    session = a_session(user)

    world.accounts.create(user, session)

    assert world.accounts.get(user.id) == user
    assert world.accounts.find(user.username) == user
    assert world.sessions.get(session.user_id, session.token_hash) == session
    assert world.accounts.signed_in(user.id, session.token_hash) == (user, session)


def test_a_session_opens_its_own_users_door(world: World) -> None:
    mine, other = a_user(), a_user()
    session = a_session(mine)
    world.accounts.create(mine, session)
    world.accounts.create(other, a_session(other))

    assert world.accounts.signed_in(other.id, session.token_hash) is None
    assert world.sessions.get(other.id, session.token_hash) is None

    world.accounts.delete(mine.id, NOON)

    assert world.accounts.signed_in(mine.id, session.token_hash) is None


def test_nobody_is_found_where_nobody_is(world: World) -> None:
    assert world.accounts.get(world.user_id) is None
    assert world.accounts.find(f"nobody{world.user_id}") is None
    assert world.sessions.get(world.user_id, "no such hash") is None
    assert world.accounts.signed_in(world.user_id, "no such hash") is None
    assert list(world.sessions.list(world.user_id)) == []
    assert world.vault.get(world.user_id, NO_VERSION) is None


def test_a_name_is_taken_once_and_the_loser_leaves_nothing(world: World) -> None:
    first = a_user()
    world.accounts.create(first, a_session(first))
    second = a_user(username=first.username)
    session = a_session(second)

    with pytest.raises(InvalidInputError) as refused:
        world.accounts.create(second, session)

    assert refused.value.message == "Username already taken"
    assert refused.value.details == ({"field": "username", "code": "taken"},)
    assert world.accounts.get(second.id) is None
    assert world.sessions.get(session.user_id, session.token_hash) is None
    assert world.accounts.find(first.username) == first


def test_a_hash_is_replaced_by_who_saw_the_last_one(world: World) -> None:
    user = a_user()
    world.accounts.create(user, a_session(user))

    world.accounts.replace_password_hash(user, "a better hash")
    world.accounts.replace_password_hash(user, "late to the party")

    assert world.accounts.get(user.id) == replace(user, password_hash="a better hash")


def test_a_key_is_remembered_by_its_end_and_its_fingerprint(world: World) -> None:
    user = a_user()
    world.accounts.create(user, a_session(user))
    record = ApiKeyRecord("WXYZ", "f" * 64, NO_VERSION, NOON)

    world.accounts.set_api_key(user.id, record)

    assert world.accounts.get(user.id) == replace(user, api_key=record)


def test_sessions_of_a_user_are_listed_and_nobody_elses(world: World) -> None:
    mine, other = a_user(), a_user()
    sessions = [a_session(mine), a_session(mine, last_seen_at=NOON - timedelta(days=30))]
    for session in [*sessions, a_session(other)]:
        world.sessions.add(session)

    listed = world.sessions.list(mine.id)

    assert sorted(listed, key=lambda session: session.token_hash) == sorted(
        sessions, key=lambda session: session.token_hash
    )


def test_a_touched_session_knows_when(world: World) -> None:
    session = a_session(a_user())
    world.sessions.add(session)
    later = NOON + timedelta(minutes=6)

    world.sessions.touch(session, later)

    assert world.sessions.get(session.user_id, session.token_hash) == replace(
        session, last_seen_at=later
    )


def test_a_deleted_session_is_gone_and_touching_it_does_not_bring_it_back(world: World) -> None:
    user = a_user()
    session, other = a_session(user), a_session(user)
    world.sessions.add(session)
    world.sessions.add(other)

    world.sessions.delete(session)
    world.sessions.delete(session)
    world.sessions.touch(session, NOON)

    assert world.sessions.get(session.user_id, session.token_hash) is None
    assert list(world.sessions.list(user.id)) == [other]


def test_the_vault_gives_the_version_it_is_asked_for(world: World) -> None:
    first = world.vault.put(world.user_id, "sk-first")
    second = world.vault.put(world.user_id, "sk-second")

    assert world.vault.get(world.user_id, first) == "sk-first"
    assert world.vault.get(world.user_id, second) == "sk-second"
    assert world.vault.get(world.user_id, NO_VERSION) is None
    assert world.vault.get(world.user_id + 1, second) is None


def test_a_fingerprint_tells_keys_apart_and_nothing_of_them(world: World) -> None:
    one, other = world.vault.fingerprint("sk-one"), world.vault.fingerprint("sk-two")

    assert one == world.vault.fingerprint("sk-one")
    assert one != other
    assert len(one) == 64
    assert set(one) <= set("0123456789abcdef")


def test_a_hash_matches_its_password_only(world: World) -> None:
    first, second = world.hasher.hash("a password"), world.hasher.hash("a password")

    assert first != second
    assert "a password" not in first
    assert world.hasher.verify(first, "a password")
    assert world.hasher.verify(second, "a password")
    assert not world.hasher.verify(first, "another password")
    assert not world.hasher.verify(None, "a password")
    assert not world.hasher.verify(None, "")
    assert not world.hasher.needs_rehash(first)
