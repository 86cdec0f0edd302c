"""Items of files, of who uses them, and of where they are upstream."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    NumberSetAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class LibraryItem(Item):
    """What a user's files come to. It is there from the first file on."""

    class Meta(TableMeta):
        table_name = settings().files_table

    files = NumberAttribute()
    size = NumberAttribute()
    generation = NumberAttribute()
    is_settled = BooleanAttribute()
    key_changes = NumberAttribute()


class FileItem(Item):
    """A file. `upstream_ids` are all that it ever had: pointers lead from each of them to it."""

    class Meta(TableMeta):
        table_name = settings().files_table

    user_id = NumberAttribute()
    id = UnicodeAttribute()
    path = UnicodeAttribute()
    size = NumberAttribute()
    sha256 = UnicodeAttribute()
    use = UnicodeAttribute()
    upstream_id = UnicodeAttribute(null=True)
    upstream_ids = UnicodeSetAttribute(null=True)
    generation = NumberAttribute(default=0)
    assistant_ids = NumberSetAttribute(null=True)
    created_at = UTCDateTimeAttribute()


class FilePointerItem(Item):
    """Which file has a path and a content, or one of OpenAI's ids."""

    class Meta(TableMeta):
        table_name = settings().files_table

    file_id = UnicodeAttribute()


class AttachmentItem(Item):
    """That an assistant uses a file, and with which tool."""

    class Meta(TableMeta):
        table_name = settings().files_table

    file_id = UnicodeAttribute()
    use = UnicodeAttribute()


class AttachmentCountItem(Item):
    """How many files an assistant uses."""

    class Meta(TableMeta):
        table_name = settings().files_table

    files = NumberAttribute()


class PendingItem(Item):
    """That a file of an upload is on its way to an assistant.

    DynamoDB deletes it late: its time is compared.
    """

    class Meta(TableMeta):
        table_name = settings().files_table

    expires_at = TTLAttribute()


class StoreItem(Item):
    """The vector store of an assistant."""

    class Meta(TableMeta):
        table_name = settings().files_table

    user_id = NumberAttribute()
    assistant_id = NumberAttribute()
    upstream_id = UnicodeAttribute()
    generation = NumberAttribute()
