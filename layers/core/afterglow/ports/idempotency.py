"""What keeps a request that comes twice from being done twice."""

from typing import Protocol

from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord


class IdempotencyRepository(Protocol):
    """What requests with a key have made. It is written with what is made, in one transaction."""

    def find(self, claim: IdempotencyClaim) -> IdempotencyRecord | None:
        """Return what the owner's key has made, None if nothing yet or too long ago."""
        ...
