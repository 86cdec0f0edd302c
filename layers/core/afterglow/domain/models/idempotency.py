"""A request that may come again, and what it made the first time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IdempotencyClaim:
    """A request with an `Idempotency-Key`, yet to be done.

    `key` is a hash of the caller's key, `fingerprint` one of the request: neither tells what it is
    of. After `expires_at` the key is free again.
    """

    user_id: int
    key: str
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What a request has made: `made` is the id of a run, an assistant or a thread."""

    fingerprint: str
    made: str
