"""Items of idempotency keys."""

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class IdempotencyItem(Item):
    """What a request with a key has made. DynamoDB deletes it late: its time is compared."""

    class Meta(TableMeta):
        table_name = settings().idempotency_table

    fingerprint = UnicodeAttribute()
    made = UnicodeAttribute()
    expires_at = TTLAttribute()
