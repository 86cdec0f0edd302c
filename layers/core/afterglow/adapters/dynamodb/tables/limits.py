"""Items of what is counted. They are kept no longer than they matter."""

from pynamodb.attributes import NumberAttribute, TTLAttribute, UTCDateTimeAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class RatesItem(Item):
    """What a subject did in a window, and under names made of times in the shorter ones in it."""

    class Meta(TableMeta):
        table_name = settings().limits_table

    expires_at = TTLAttribute()


class LoginFailuresItem(Item):
    """Wrong passwords of an account."""

    class Meta(TableMeta):
        table_name = settings().limits_table

    in_a_row = NumberAttribute()
    recent = NumberAttribute()
    forget_at = UTCDateTimeAttribute()
    wait_until = UTCDateTimeAttribute()
    expires_at = TTLAttribute()
