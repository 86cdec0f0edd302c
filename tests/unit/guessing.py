"""Someone who tries passwords."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import AuthenticationError, RateLimitError
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"
WRONG = "a wrong password"


def fail(here: Accounts, times: int, name: str = "ada", address: str = "192.0.2.9") -> None:
    """Try wrong passwords, every one of which is looked at."""
    for _ in range(times):
        with pytest.raises(AuthenticationError):
            here.login(name, WRONG, address=address)


def wait(here: Accounts, name: str = "ada", address: str = "192.0.2.9") -> int:
    """Try the right password too soon, and return for how many seconds."""
    before = here.hasher.verified
    with pytest.raises(RateLimitError) as refused:
        here.login(name, PASSWORD, address=address)
    assert refused.value.message == "Too many attempts"
    assert refused.value.retry_after is not None
    assert here.hasher.verified == before
    return refused.value.retry_after


def pass_time(here: Accounts, seconds: float) -> None:
    """Move the clock on."""
    here.clock.advance(timedelta(seconds=seconds))
