"""Wrong passwords by account: what fake and adapter both promise."""

from datetime import timedelta

import pytest

from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.domain.errors import RateLimitError
from afterglow.domain.login_failures import LoginFailures
from afterglow.ports.limits import LoginFailureRepository
from tests.fakes.clock import NOON
from tests.fakes.limits import InMemoryLoginFailures
from tests.tables import empty_tables

ONE = LoginFailures(1, 1, NOON + timedelta(minutes=15), NOON)
SEVEN = LoginFailures(7, 6, NOON + timedelta(seconds=1, microseconds=7), NOON)


@pytest.fixture(params=["in memory", "on AWS"])
def failures(request: pytest.FixtureRequest) -> LoginFailureRepository:
    """Return one implementation of the port."""
    if request.param == "in memory":
        return InMemoryLoginFailures()
    request.getfixturevalue("aws")
    empty_tables()
    return DynamoLoginFailureRepository()


def known(failures: LoginFailureRepository, account: str = "someone") -> LoginFailures | None:
    """Return what is known of an account, and leave it as it is."""
    seen: list[LoginFailures | None] = []

    def look(former: LoginFailures | None) -> LoginFailures:
        seen.append(former)
        raise LookupError

    with pytest.raises(LookupError):
        failures.change(account, look)
    return seen[0]


def test_what_a_change_makes_of_them_is_known(failures: LoginFailureRepository) -> None:
    assert known(failures) is None

    assert failures.change("someone", lambda _: ONE) == ONE
    assert known(failures) == ONE
    failures.change("someone", lambda former: SEVEN if former == ONE else ONE)

    assert known(failures) == SEVEN
    assert known(failures, "someone else") is None


def test_a_change_that_raises_changes_nothing(failures: LoginFailureRepository) -> None:
    failures.change("someone", lambda _: ONE)

    def refuse(_: LoginFailures | None) -> LoginFailures:
        raise RateLimitError("Too many attempts", retry_after=7)

    with pytest.raises(RateLimitError, match="Too many attempts"):
        failures.change("someone", refuse)

    assert known(failures) == ONE


def test_what_is_forgotten_is_as_if_it_had_never_been(failures: LoginFailureRepository) -> None:
    failures.change("someone", lambda _: SEVEN)
    failures.change("someone else", lambda _: ONE)

    failures.clear("someone")
    failures.clear("someone")

    assert known(failures) is None
    assert known(failures, "someone else") == ONE
    assert failures.change("someone", lambda _: ONE) == ONE
