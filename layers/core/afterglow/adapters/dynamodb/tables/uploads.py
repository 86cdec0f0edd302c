"""Items of uploads and of what is staged. They are kept no longer than they matter."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class UploadItem(Item):
    """An upload. `due_shard` is there only while it is not planned."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    user_id = NumberAttribute()
    upload_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    assistant_id = NumberAttribute(null=True)
    directory = UnicodeAttribute(null=True)
    is_planned = BooleanAttribute()
    total = NumberAttribute()
    completed = NumberAttribute(default=0)
    failed = NumberAttribute(default=0)
    cancelled = NumberAttribute(default=0)
    known = NumberAttribute(default=0)
    due_shard = UnicodeAttribute(null=True)
    lease_until = UTCDateTimeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class OpeningItem(Item):
    """That an upload begins: what leads to its files until it does."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    expires_at = TTLAttribute()


class UploadFileItem(Item):
    """A file of an upload. `due_shard` is there only while it is in progress.

    `token` is of the last write that only one may have made.
    """

    class Meta(TableMeta):
        table_name = settings().uploads_table

    user_id = NumberAttribute()
    upload_id = UnicodeAttribute()
    number = NumberAttribute()
    path = UnicodeAttribute()
    size = NumberAttribute()
    state = UnicodeAttribute()
    assistant_id = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    content_type = UnicodeAttribute(null=True)
    attempt = NumberAttribute()
    failures = NumberAttribute()
    file_id = UnicodeAttribute(null=True)
    staged_upload_id = UnicodeAttribute(null=True)
    staged_number = NumberAttribute(null=True)
    is_known = BooleanAttribute()
    error = JSONAttribute(null=True)
    token = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    lease_until = UTCDateTimeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class StagedItem(Item):
    """A file in a user's staging area. DynamoDB deletes it late: its time is compared."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    user_id = NumberAttribute()
    path = UnicodeAttribute()
    size = NumberAttribute()
    upload_id = UnicodeAttribute()
    number = NumberAttribute()
    sha256 = UnicodeAttribute(null=True)
    file_id = UnicodeAttribute(null=True)
    staged_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class SeatsItem(Item):
    """The seats of a user that are `taken`, each until a time. `revision` is of the last change."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    taken = JSONAttribute()
    revision = UnicodeAttribute()
    expires_at = TTLAttribute()


class UnfinishedItem(Item):
    """Uploads of a user that were counted as they began; of some it may be over by now."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    upload_ids = UnicodeSetAttribute()
    expires_at = TTLAttribute()


class DueUploadsIndex(GlobalSecondaryIndex["DueUploadItem"]):  # type: ignore[no-untyped-call]
    """What is not over, of all users, by when it is due."""

    class Meta:
        index_name = "DueUploads"
        projection = IncludeProjection(["user_id", "upload_id", "number"])

    due_shard = UnicodeAttribute(hash_key=True)
    lease_until = UTCDateTimeAttribute(range_key=True)


class DueUploadItem(Item):
    """What the index holds: of a file of an upload, or without a number of an upload."""

    class Meta(TableMeta):
        table_name = settings().uploads_table

    due_uploads = DueUploadsIndex()

    user_id = NumberAttribute()
    upload_id = UnicodeAttribute()
    number = NumberAttribute(null=True)
    due_shard = UnicodeAttribute()
    lease_until = UTCDateTimeAttribute()
