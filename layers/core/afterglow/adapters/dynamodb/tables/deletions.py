"""Items of what is yet to be cleared away."""

from pynamodb.attributes import NumberAttribute, UnicodeSetAttribute, UTCDateTimeAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class DeletionItem(Item):
    """That a user is deleted, or what `item` names of a user. It goes when nothing is left of it.

    `upstream_ids` are all that OpenAI ever called a file.
    """

    class Meta(TableMeta):
        table_name = settings().deletions_table

    user_id = NumberAttribute()
    upstream_ids = UnicodeSetAttribute(null=True)
    requested_at = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)
