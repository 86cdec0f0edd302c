"""A request that comes twice is done once, in Stripe's manner.

What a request makes and the note that its key has made it are one transaction; so a key that is
known leads to the thing, and one that is not has made nothing.
"""

from dataclasses import dataclass

from afterglow.domain.errors import ReusedKeyError
from afterglow.domain.models import IdempotencyClaim
from afterglow.ports.idempotency import IdempotencyRepository


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Finds what requests have made."""

    records: IdempotencyRepository

    def made_by(self, claim: IdempotencyClaim | None) -> str | None:
        """Return the id of what the claim's key has made, None if nothing yet.

        Raises ReusedKeyError if that was another request.
        """
        record = self.records.find(claim) if claim is not None else None
        if record is None or claim is None:
            return None
        if record.fingerprint != claim.fingerprint:
            raise ReusedKeyError(
                "This Idempotency-Key was used for another request", code="idempotency_key_reused"
            )
        return record.made
