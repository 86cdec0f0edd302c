"""Tokens of programs: what they have in common with a browser's cookie, and what not."""

import re
from datetime import timedelta

import pytest

from afterglow.domain.errors import AuthenticationError
from afterglow.domain.models import SessionKind, User
from afterglow.services.sessions import MAX_SESSIONS, token_hash
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"
SECOND = timedelta(seconds=1)
LIFETIME = timedelta(days=7)
COOKIE, BEARER = SessionKind.COOKIE, SessionKind.BEARER


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


@pytest.fixture
def ada(here: Accounts) -> User:
    """Return a user without a session."""
    signed_in = here.register("ada", PASSWORD)
    here.session_service.end(signed_in.token)
    return signed_in.user


def is_alive(here: Accounts, token: str, kind: SessionKind = BEARER) -> bool:
    """Tell whether a token is still good."""
    try:
        here.session_service.authenticate(token, kind)
    except AuthenticationError:
        return False
    return True


def test_a_token_says_what_it_is_and_only_its_hash_is_stored(here: Accounts, ada: User) -> None:
    token = here.issue_token("ADA", PASSWORD)

    assert re.fullmatch(rf"oak_{ada.id}\.[A-Za-z0-9_-]{{43}}", token)
    assert here.session_service.authenticate(token, BEARER) == ada
    assert list(here.sessions.by_hash) == [token_hash(token)]
    assert token not in repr(here.sessions.by_hash)


def test_no_two_tokens_are_alike(here: Accounts, ada: User) -> None:
    tokens = {here.session_service.begin(ada, BEARER) for _ in range(50)}

    assert len(tokens) == 50


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", PASSWORD)])
def test_a_token_is_for_who_knows_the_password(
    here: Accounts, ada: User, name: str, password: str
) -> None:
    assert ada.username == "ada"
    with pytest.raises(AuthenticationError, match="Invalid username or password"):
        here.issue_token(name, password)

    assert here.sessions.by_hash == {}


@pytest.mark.parametrize(("kind", "other"), [(COOKIE, BEARER), (BEARER, COOKIE)])
def test_neither_kind_passes_for_the_other(
    here: Accounts, ada: User, kind: SessionKind, other: SessionKind
) -> None:
    token = here.session_service.begin(ada, kind)

    here.session_service.end(token, other)

    assert is_alive(here, token, kind)
    assert not is_alive(here, token, other)


@pytest.mark.parametrize(("after", "alive"), [(LIFETIME - SECOND, True), (LIFETIME, False)])
def test_a_token_lives_seven_days_used_or_not(
    here: Accounts, ada: User, after: timedelta, *, alive: bool
) -> None:
    token = here.session_service.begin(ada, BEARER)
    here.clock.advance(after)

    assert is_alive(here, token) is alive


def test_the_use_of_a_token_is_noted(here: Accounts, ada: User) -> None:
    token = here.session_service.begin(ada, BEARER)
    here.clock.advance(timedelta(days=2))

    assert is_alive(here, token)

    assert here.sessions.by_hash[token_hash(token)].last_seen_at == here.clock()


def test_a_revoked_token_is_over_and_no_other(here: Accounts, ada: User) -> None:
    token, other = (here.session_service.begin(ada, BEARER) for _ in range(2))

    here.session_service.end(token, BEARER)

    assert not is_alive(here, token)
    assert is_alive(here, other)


def test_ten_of_each_kind_live_and_kinds_do_not_crowd_each_other_out(
    here: Accounts, ada: User
) -> None:
    tokens: dict[SessionKind, list[str]] = {COOKIE: [], BEARER: []}
    for _ in range(MAX_SESSIONS + 2):
        for kind, begun in tokens.items():
            here.clock.advance(SECOND)
            begun.append(here.session_service.begin(ada, kind))

    for kind, begun in tokens.items():
        assert [token for token in begun if is_alive(here, token, kind)] == begun[-10:]
    assert len(here.sessions.by_hash) == 20


def test_idle_cookies_make_no_room_at_the_cost_of_idle_tokens(here: Accounts, ada: User) -> None:
    cookie = here.session_service.begin(ada, COOKIE)
    token = here.session_service.begin(ada, BEARER)
    here.clock.advance(timedelta(hours=13))

    here.session_service.begin(ada, BEARER)

    assert token_hash(cookie) not in here.sessions.by_hash
    assert is_alive(here, token)


def test_sessions_of_an_older_epoch_take_no_place(here: Accounts, ada: User) -> None:
    for _ in range(MAX_SESSIONS):
        here.session_service.begin(ada, BEARER)
    changed = here.change_password(ada, PASSWORD, "another long password").user

    tokens = [here.session_service.begin(changed, BEARER) for _ in range(2)]

    assert all(is_alive(here, token) for token in tokens)
    # The two, and the browser's that changed the password.
    assert len(here.sessions.by_hash) == 3
