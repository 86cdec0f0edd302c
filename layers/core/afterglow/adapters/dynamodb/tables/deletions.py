"""Items of what is yet to be cleared away."""

from pynamodb.attributes import NumberAttribute, UTCDateTimeAttribute

from afterglow.adapters.dynamodb.tables.base import Item, TableMeta
from afterglow.settings import settings


class DeletionItem(Item):
    """That a user, or one thread of a user, is deleted. It goes when nothing is left of it."""

    class Meta(TableMeta):
        table_name = settings().deletions_table

    user_id = NumberAttribute()
    thread_id = NumberAttribute(null=True)
    requested_at = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)
