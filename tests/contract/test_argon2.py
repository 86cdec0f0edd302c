"""What argon2id costs, beside what every hasher promises."""

from unittest.mock import patch

import argon2
import pytest

from afterglow.adapters import argon2 as adapter
from afterglow.adapters.argon2 import Argon2Hasher

PARAMETERS = "$argon2id$v=19$m=19456,t=2,p=1$"


def cost_of(password_hash: str | None) -> tuple[int, int]:
    """Return how often argon2 hashes and verifies to compare once."""
    with (
        patch.object(argon2.PasswordHasher, "hash", autospec=True) as hashing,
        patch.object(argon2.PasswordHasher, "verify", autospec=True) as verifying,
    ):
        hashing.return_value = PARAMETERS
        Argon2Hasher().verify(password_hash, "a password")
    return hashing.call_count, verifying.call_count


@pytest.mark.parametrize("is_fresh", [True, False])
def test_comparing_costs_the_same_with_and_without_a_hash(*, is_fresh: bool) -> None:
    costs = []
    for password_hash in (PARAMETERS, None):
        adapter._hash_of_nothing.cache_clear()  # noqa: SLF001 - as in a new process
        if not is_fresh:
            cost_of(PARAMETERS)
        costs.append(cost_of(password_hash))
    adapter._hash_of_nothing.cache_clear()  # noqa: SLF001

    assert costs == [(1 if is_fresh else 0, 1)] * 2


def test_a_hash_tells_the_parameters_of_the_standard() -> None:
    assert Argon2Hasher().hash("a password").startswith(PARAMETERS)


@pytest.mark.parametrize("memory", [8192, 19455, 65536])
def test_a_hash_of_other_parameters_is_to_be_made_anew(memory: int) -> None:
    former = argon2.PasswordHasher(time_cost=2, memory_cost=memory, parallelism=1).hash("x")

    assert Argon2Hasher().needs_rehash(former)
    assert Argon2Hasher().verify(former, "x")


@pytest.mark.parametrize("broken", ["", "a hash", "$argon2id$v=19$", PARAMETERS + "???"])
def test_what_is_no_hash_matches_nothing(broken: str) -> None:
    assert not Argon2Hasher().verify(broken, "a password")
