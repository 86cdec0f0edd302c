"""Items of what admins set."""

from pynamodb.attributes import NumberAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class AssistantLimitItem(Item):
    """How many assistants a user may have."""

    class Meta(TableMeta):
        table_name = settings().configuration_table

    limit = NumberAttribute()
