"""How many users an address may register."""

import pytest

from afterglow.domain.errors import InvalidInputError, RateLimitError
from tests.unit.account_world import Accounts

PASSWORD = "correct horse battery"


def test_an_address_registers_five_an_hour_and_no_more_are_hashed() -> None:
    here = Accounts(registrations_per_hour=5)
    for number in range(5):
        here.register(f"user{number}", PASSWORD)

    with pytest.raises(RateLimitError) as refused:
        here.register("user5", PASSWORD)

    assert (refused.value.message, refused.value.retry_after) == ("Rate limit exceeded", 3600)
    assert here.hasher.hashed == 5
    assert here.register("user5", PASSWORD, address="192.0.2.2")


def test_asking_for_a_name_that_is_taken_costs_double() -> None:
    here = Accounts(registrations_per_hour=6)
    here.register("ada", PASSWORD)
    for _ in range(2):
        with pytest.raises(InvalidInputError, match="Username already taken"):
            here.register("ada", PASSWORD)
    here.register("bob", PASSWORD)

    with pytest.raises(RateLimitError):
        here.register("eve", PASSWORD)


def test_a_name_that_is_taken_is_told_though_there_is_nothing_left_to_pay_double() -> None:
    here = Accounts(registrations_per_hour=2)
    here.register("ada", PASSWORD)

    with pytest.raises(InvalidInputError, match="Username already taken"):
        here.register("ada", PASSWORD)


def test_what_is_not_even_a_name_and_a_password_costs_nothing() -> None:
    here = Accounts(registrations_per_hour=1)
    for name, password in [("x", PASSWORD), ("ada", "short"), ("ada", "x" * 1_000_000)]:
        with pytest.raises(InvalidInputError, match="Validation failed"):
            here.register(name, password)

    assert here.register("ada", PASSWORD)
