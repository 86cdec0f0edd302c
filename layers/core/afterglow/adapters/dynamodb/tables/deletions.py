"""Items of what is yet to be cleared away."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

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


class FileDeletionItem(Item):
    """That a file is deleted: its copy, and what it is upstream in a generation, are left."""

    class Meta(TableMeta):
        table_name = settings().deletions_table

    user_id = NumberAttribute()
    file_id = UnicodeAttribute()
    upstream_id = UnicodeAttribute(null=True)
    generation = NumberAttribute()
    requested_at = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)
