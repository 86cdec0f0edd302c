"""A request that comes twice is done once, in Stripe's manner.

What a request makes and the note that its key has made it are one transaction; so a key that is
known leads to the thing, and one that is not has made nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from afterglow.domain.errors import DomainError, ReusedKeyError
from afterglow.domain.models import IdempotencyClaim
from afterglow.ports.idempotency import IdempotencyRepository

Thing = TypeVar("Thing")
REUSED_KEY = "This Idempotency-Key was used for another request"


@dataclass(frozen=True, slots=True)
class Made(Generic[Thing]):
    """What a request has made: with `is_replayed`, the first time that it came."""

    thing: Thing
    is_replayed: bool = False


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Finds what requests have made."""

    records: IdempotencyRepository

    def once(
        self,
        claim: IdempotencyClaim | None,
        make: Callable[[], Thing],
        find: Callable[[str], Thing],
    ) -> Made[Thing]:
        """Return what `make` makes, or what `find` knows of what the request made before.

        Raises ReusedKeyError, and what those two raise. What is refused leaves the key free.
        """
        if (earlier := self.made_by(claim)) is not None:
            return Made(find(earlier), is_replayed=True)
        try:
            return Made(make())
        except DomainError:
            # The other request may have been this one, a moment ago: it may have filled the limit.
            earlier = self.made_by(claim)
            if earlier is None:
                raise
        return Made(find(earlier), is_replayed=True)

    def made_by(self, claim: IdempotencyClaim | None) -> str | None:
        """Return the id of what the claim's key has made, None if nothing yet.

        Raises ReusedKeyError if that was another request.
        """
        record = self.records.find(claim) if claim is not None else None
        if record is None or claim is None:
            return None
        if record.fingerprint != claim.fingerprint:
            raise ReusedKeyError(REUSED_KEY, code="idempotency_key_reused")
        return record.made
