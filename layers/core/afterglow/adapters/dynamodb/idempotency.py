"""`IdempotencyRepository` on DynamoDB, and how a transaction writes into it."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.idempotency import IdempotencyItem
from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord


class DynamoIdempotencyRepository:
    """What requests with a key have made."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def find(self, claim: IdempotencyClaim) -> IdempotencyRecord | None:
        """Return what the owner's key has made, None if nothing yet or too long ago."""
        return find_record(claim, self._now())


def find_record(claim: IdempotencyClaim, now: datetime) -> IdempotencyRecord | None:
    """Return what a claim's key has made so far, None if nothing or too long ago."""
    try:
        item = IdempotencyItem.get(*_key(claim), consistent_read=True)
    except IdempotencyItem.DoesNotExist:
        return None
    return IdempotencyRecord(item.fingerprint, item.made) if item.expires_at > now else None


def record_claim(
    transaction: TransactWrite, claim: IdempotencyClaim | None, made: object, now: datetime
) -> None:
    """Have the transaction note what a claim has made, and fail if it made something before."""
    if claim is None:
        return
    item = IdempotencyItem(
        *_key(claim),
        fingerprint=claim.fingerprint,
        made=str(made),
        expires_at=claim.expires_at,
    )
    is_free = IdempotencyItem.owner.does_not_exist() | (IdempotencyItem.expires_at <= now)
    transaction.save(item, condition=is_free)


def _key(claim: IdempotencyClaim) -> tuple[str, str]:
    return user_key(claim.user_id), f"K#{claim.key}"
