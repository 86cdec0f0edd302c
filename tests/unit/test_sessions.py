"""How long a session lives, and what ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import AuthenticationError
from afterglow.services.accounts import SignedIn
from afterglow.services.sessions import MAX_SESSIONS
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"
SECOND = timedelta(seconds=1)
IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


@pytest.fixture
def ada(here: Accounts) -> SignedIn:
    """Return a user who has just registered."""
    return here.register("ada", PASSWORD)


def is_alive(here: Accounts, token: str) -> bool:
    """Tell whether a token is still good."""
    try:
        here.session_service.authenticate(token)
    except AuthenticationError:
        return False
    return True


def keep_busy(here: Accounts, token: str, until: timedelta) -> None:
    """Use a session every eleven hours."""
    end = here.clock() + until
    while here.clock() < end:
        here.clock.advance(min(timedelta(hours=11), end - here.clock()))
        here.session_service.authenticate(token)


@pytest.mark.parametrize(("after", "alive"), [(IDLE - SECOND, True), (IDLE, False)])
def test_a_session_ends_when_idle_for_twelve_hours(
    here: Accounts, ada: SignedIn, after: timedelta, *, alive: bool
) -> None:
    here.clock.advance(after)

    assert is_alive(here, ada.token) is alive


def test_a_session_in_use_outlives_the_idle_limit(here: Accounts, ada: SignedIn) -> None:
    here.clock.advance(IDLE - SECOND)
    assert is_alive(here, ada.token)
    here.clock.advance(IDLE - SECOND)

    assert is_alive(here, ada.token)


@pytest.mark.parametrize(("after", "alive"), [(LIFETIME - SECOND, True), (LIFETIME, False)])
def test_a_session_ends_after_seven_days_however_busy(
    here: Accounts, ada: SignedIn, after: timedelta, *, alive: bool
) -> None:
    keep_busy(here, ada.token, LIFETIME - timedelta(hours=1))
    here.clock.advance(after - LIFETIME + timedelta(hours=1))

    assert is_alive(here, ada.token) is alive


def test_the_use_of_a_session_is_noted_every_five_minutes_only(
    here: Accounts, ada: SignedIn
) -> None:
    for _ in range(10):
        here.clock.advance(timedelta(minutes=1))
        here.session_service.authenticate(ada.token)

    assert here.sessions.touches == 2


def test_at_most_ten_sessions_live_and_the_oldest_makes_room(here: Accounts, ada: SignedIn) -> None:
    tokens = [ada.token]
    for _ in range(MAX_SESSIONS + 2):
        here.clock.advance(SECOND)
        tokens.append(here.login("ada", PASSWORD).token)

    alive = [token for token in tokens if is_alive(here, token)]

    assert alive == tokens[-10:]
    assert len(here.sessions.by_hash) == 10


def test_sessions_of_others_do_not_count(here: Accounts, ada: SignedIn) -> None:
    bob = here.register("bob", PASSWORD)
    for _ in range(MAX_SESSIONS):
        here.login("bob", PASSWORD)

    assert is_alive(here, ada.token)
    assert not is_alive(here, bob.token)


def test_dead_sessions_are_cleared_away_at_login(here: Accounts, ada: SignedIn) -> None:
    here.clock.advance(IDLE)

    here.login("ada", PASSWORD)

    assert len(here.sessions.by_hash) == 1
    assert not is_alive(here, ada.token)


@pytest.mark.parametrize("planted", ["a token the attacker made up", None, ""])
def test_a_planted_token_is_never_the_one_that_is_handed_out(
    here: Accounts, ada: SignedIn, planted: str | None
) -> None:
    token = here.login("ada", PASSWORD, presented=planted).token

    assert token not in {planted, ada.token}
    assert planted is None or not is_alive(here, planted)


def test_signing_in_ends_the_session_that_was_presented(here: Accounts, ada: SignedIn) -> None:
    bob = here.register("bob", PASSWORD, presented=ada.token)
    again = here.login("ada", PASSWORD, presented=bob.token)

    assert not is_alive(here, ada.token)
    assert not is_alive(here, bob.token)
    assert is_alive(here, again.token)


def test_a_failed_login_leaves_the_presented_session_alone(here: Accounts, ada: SignedIn) -> None:
    with pytest.raises(AuthenticationError):
        here.login("ada", "a wrong password", presented=ada.token)

    assert is_alive(here, ada.token)


def test_logging_out_ends_this_session_and_no_other(here: Accounts, ada: SignedIn) -> None:
    other = here.login("ada", PASSWORD)

    here.session_service.end(ada.token)
    here.session_service.end(ada.token)
    here.session_service.end(None)

    assert not is_alive(here, ada.token)
    assert is_alive(here, other.token)


def test_a_new_epoch_ends_every_session(here: Accounts, ada: SignedIn) -> None:
    here.accounts.by_id[ada.user.id] = replace(ada.user, session_epoch=1)

    assert not is_alive(here, ada.token)
    assert is_alive(here, here.login("ada", PASSWORD).token)


def test_a_session_of_nobody_is_no_session(here: Accounts, ada: SignedIn) -> None:
    del here.accounts.by_id[ada.user.id]

    assert not is_alive(here, ada.token)
