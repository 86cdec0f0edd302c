"""Items of users and sessions."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class ProfileItem(Item):
    """A user."""

    class Meta(TableMeta):
        table_name = settings().users_table

    user_id = NumberAttribute()
    username = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    session_epoch = NumberAttribute()
    is_disabled = BooleanAttribute()
    default_assistant_id = NumberAttribute(null=True)
    key_last4 = UnicodeAttribute(null=True)
    key_fingerprint = UnicodeAttribute(null=True)
    key_version = UnicodeAttribute(null=True)
    key_stored_at = UTCDateTimeAttribute(null=True)
    key_model_shutdowns = JSONAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    deleted_at = UTCDateTimeAttribute(null=True)


class UsernameItem(Item):
    """A name that is taken."""

    class Meta(TableMeta):
        table_name = settings().users_table

    user_id = NumberAttribute()


class CountersItem(Item):
    """The last ids given out to a user's things, and how many assistants there are now."""

    class Meta(TableMeta):
        table_name = settings().users_table

    assistants = NumberAttribute(null=True)
    assistants_now = NumberAttribute(null=True)
    threads = NumberAttribute(null=True)


class SessionItem(Item):
    """A signed-in browser or program."""

    class Meta(TableMeta):
        table_name = settings().sessions_table

    token_hash = UnicodeAttribute()
    kind = UnicodeAttribute(default="cookie")
    user_id = NumberAttribute()
    epoch = NumberAttribute()
    created_at = UTCDateTimeAttribute()
    last_seen_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()
