"""Whose wrong passwords count for whom."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from afterglow.domain.errors import AuthenticationError, PermissionDeniedError, RateLimitError
from afterglow.services.accounts import SignedIn
from tests.unit.account_world import Accounts
from tests.unit.guessing import PASSWORD, WRONG, fail, pass_time, wait


@pytest.fixture
def here() -> Accounts:
    """Return accounts that nobody has yet."""
    return Accounts()


@pytest.fixture(autouse=True)
def ada(here: Accounts) -> SignedIn:
    """Return the one user there is."""
    return here.register("ada", PASSWORD)


def test_thirty_failures_of_an_address_are_enough_for_a_quarter_of_an_hour(here: Accounts) -> None:
    pass_time(here, 60)
    for number in range(30):
        fail(here, 1, f"nobody{number}")

    assert wait(here) == 840
    assert wait(here, "someone-else") == 840
    assert here.login("ada", PASSWORD, address="192.0.2.10")
    pass_time(here, 840)
    assert here.login("ada", PASSWORD, address="192.0.2.9")


def test_an_account_is_waited_for_whatever_the_address(here: Accounts) -> None:
    for number in range(5):
        fail(here, 1, address=f"192.0.2.{number}")

    assert wait(here, address="192.0.2.5") == 30


def test_another_account_of_the_address_is_let_in(here: Accounts) -> None:
    here.register("bob", PASSWORD)
    fail(here, 5)
    for _ in range(50):
        wait(here)

    assert here.login("bob", PASSWORD, address="192.0.2.9")


def test_an_address_does_not_pay_for_right_passwords(here: Accounts) -> None:
    for _ in range(60):
        here.login("ada", PASSWORD, address="192.0.2.9")
    for number in range(30):
        fail(here, 1, f"nobody{number}")

    wait(here)


@pytest.mark.parametrize("name", ["x", "näme", "admin", "", "a" * 10_000])
def test_a_name_that_nobody_can_have_counts_for_the_address_only(here: Accounts, name: str) -> None:
    fail(here, 30, name)

    assert here.hasher.verified == 0
    assert here.failures.by_account == {}
    assert wait(here, name) == 900


def test_a_password_that_nobody_can_have_counts_like_any_other(here: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            here.login("ada", "x" * 1_000_000)

    assert here.hasher.verified == 0
    assert wait(here) == 30


@pytest.mark.parametrize("spelling", ["ADA", "\uff21da"])
def test_every_spelling_of_a_name_is_the_same_account(here: Accounts, spelling: str) -> None:
    fail(here, 3, spelling)
    fail(here, 2)

    assert wait(here, spelling) == 30


def test_tokens_are_throttled_with_it(here: Accounts) -> None:
    fail(here, 4)
    with pytest.raises(AuthenticationError):
        here.issue_token("ada", WRONG)

    wait(here)
    with pytest.raises(RateLimitError, match="Too many attempts"):
        here.issue_token("ada", PASSWORD)


def test_who_is_signed_in_is_counted_apart_from_strangers(here: Accounts, ada: SignedIn) -> None:
    fail(here, 5)
    wait(here)

    changed = here.change_password(ada.user, PASSWORD, "another long password")

    for _ in range(5):
        with pytest.raises(PermissionDeniedError):
            here.change_password(changed.user, WRONG, "a third long password")
    with pytest.raises(RateLimitError, match="Too many attempts"):
        here.change_password(changed.user, "another long password", "a third long password")


def test_what_breaks_half_way_counts_as_a_failure(
    here: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(here.accounts, "find", lambda _: 1 / 0)
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                here.login("ada", PASSWORD)

    assert wait(here) == 30


def test_of_50_guesses_at_once_exactly_5_are_looked_at(here: Accounts) -> None:
    def outcome(_: int) -> type[Exception]:
        try:
            here.login("ada", WRONG)
        except (AuthenticationError, RateLimitError) as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(outcome, range(50)))

    assert outcomes.count(AuthenticationError) == here.hasher.verified == 5
