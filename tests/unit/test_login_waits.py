"""How long an account waits after wrong passwords."""

import pytest

from tests.unit.account_world import Accounts
from tests.unit.guessing import PASSWORD, fail, pass_time, wait

DAY = 24 * 3600


@pytest.fixture
def here() -> Accounts:
    """Return accounts, of which ada's is one."""
    here = Accounts()
    here.register("ada", PASSWORD)
    return here


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_five_failures_are_free_and_then_each_wait_is_twice_the_last(
    here: Accounts, name: str
) -> None:
    fail(here, 5, name)
    waits = []
    for number in range(8):
        waits.append(wait(here, name))
        pass_time(here, waits[-1] - 0.001)
        assert wait(here, name) == 1
        pass_time(here, 0.001)
        fail(here, 1, name, address=f"192.0.2.{number}")

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_wait_is_told_as_it_passes(here: Accounts) -> None:
    fail(here, 5)
    pass_time(here, 10.5)

    assert wait(here) == 20


def test_refused_attempts_do_not_lengthen_the_wait(here: Accounts) -> None:
    fail(here, 5)
    for _ in range(50):
        wait(here)
    pass_time(here, 30)

    assert here.login("ada", PASSWORD)


def test_a_right_password_forgets_the_wrong_ones(here: Accounts) -> None:
    fail(here, 4)
    here.login("ada", PASSWORD)
    fail(here, 5)

    assert wait(here) == 30


def test_failures_are_free_again_a_quarter_of_an_hour_after_the_first(here: Accounts) -> None:
    fail(here, 1)
    pass_time(here, 899.999)
    fail(here, 3)
    pass_time(here, 0.001)
    fail(here, 5)

    assert wait(here) == 30


def test_failures_count_together_within_a_quarter_of_an_hour(here: Accounts) -> None:
    fail(here, 4)
    pass_time(here, 899.999)
    fail(here, 1)

    assert wait(here) == 30


def test_who_has_waited_begins_anew_after_a_quarter_of_an_hour_of_silence(here: Accounts) -> None:
    fail(here, 5)
    pass_time(here, 30)
    fail(here, 1)
    pass_time(here, 60 + 899.999)
    fail(here, 1)
    assert wait(here) == 120

    pass_time(here, 120 + 900)
    fail(here, 5)
    assert wait(here) == 30


def test_a_hundred_failures_in_a_row_cost_a_day_each_and_never_more(here: Accounts) -> None:
    for number in range(99):
        pass_time(here, 900)
        fail(here, 1, address=f"192.0.2.{number}")
    pass_time(here, 900)
    for _ in range(3):
        fail(here, 1)
        assert wait(here) == DAY
        pass_time(here, DAY - 0.001)
        assert wait(here) == 1
        pass_time(here, 0.001)

    assert here.login("ada", PASSWORD)
    fail(here, 5)
    assert wait(here) == 30
