"""What is made once, however often it is asked for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
    RateLimitError,
    ReusedKeyError,
)
from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord
from afterglow.services.idempotency import Idempotency, Made
from tests.fakes.clock import NOON

CLAIM = IdempotencyClaim(7, "a key", "a request", NOON + timedelta(hours=24))
REFUSALS = [
    ConflictError("a twin was first"),
    LimitExceededError("it took the last place"),
    RateLimitError("it used up the rate"),
]


class Records:
    """What keys have made, and how often that was asked."""

    def __init__(self) -> None:
        self.made: dict[str, IdempotencyRecord] = {}
        self.asked = 0

    def find(self, claim: IdempotencyClaim) -> IdempotencyRecord | None:
        """Return what a key has made."""
        self.asked += 1
        return self.made.get(claim.key)


@pytest.fixture
def records() -> Records:
    """Return the records of keys that nobody has used."""
    return Records()


def found(made: str) -> str:
    """Return a thing by its id."""
    return f"thing {made}"


def never() -> str:
    """Fail: this thing is there already."""
    pytest.fail("it was made once more")


def making(records: Records, error: DomainError | None = None) -> Callable[[], str]:
    """Return what makes thing 1; with an error, a twin has just made it."""

    def make() -> str:
        records.made[CLAIM.key] = IdempotencyRecord(CLAIM.fingerprint, "1")
        if error is not None:
            raise error
        return "thing 1"

    return make


def test_what_was_made_is_found_the_next_time(records: Records) -> None:
    service = Idempotency(records)

    assert service.once(CLAIM, making(records), found) == Made("thing 1")
    assert service.once(CLAIM, never, found) == Made("thing 1", is_replayed=True)


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_what_a_twin_has_made_meanwhile_is_found(records: Records, error: DomainError) -> None:
    made = Idempotency(records).once(CLAIM, making(records, error), found)

    assert made == Made("thing 1", is_replayed=True)


@pytest.mark.parametrize("error", [*REFUSALS, InvalidInputError("no"), NotFoundError("no")])
def test_what_is_refused_leaves_the_key_free(records: Records, error: DomainError) -> None:
    def refuse() -> str:
        raise error

    service = Idempotency(records)
    with pytest.raises(type(error)) as caught:
        service.once(CLAIM, refuse, found)

    assert caught.value is error
    assert service.once(CLAIM, making(records), found) == Made("thing 1")


def test_what_is_gone_is_not_made_again(records: Records) -> None:
    def gone(made: str) -> str:
        raise NotFoundError(made)

    service = Idempotency(records)
    service.once(CLAIM, making(records), found)

    with pytest.raises(NotFoundError):
        service.once(CLAIM, never, gone)


def test_another_request_may_not_have_the_key(records: Records) -> None:
    records.made[CLAIM.key] = IdempotencyRecord("another request", "1")

    with pytest.raises(ReusedKeyError):
        Idempotency(records).once(CLAIM, never, found)


def test_a_twin_that_was_another_request_is_told_so(records: Records) -> None:
    def make() -> str:
        records.made[CLAIM.key] = IdempotencyRecord("another request", "1")
        raise ConflictError("a twin was first")

    with pytest.raises(ReusedKeyError):
        Idempotency(records).once(CLAIM, make, found)


def test_without_a_key_nothing_is_looked_up(records: Records) -> None:
    service = Idempotency(records)

    assert service.once(None, lambda: "thing 1", found) == Made("thing 1")
    with pytest.raises(ConflictError):
        service.once(None, making(records, ConflictError("no")), found)
    assert records.asked == 0
