"""The items of each table, as PynamoDB models.

Keys: `owner` begins with the user's id wherever an item has an owner; `item` tells what it is.

users       U#<user>            PROFILE | COUNTERS
            N#<username>        NAME              -> user
sessions    S#<token hash>      SESSION
            U#<user>            S#<token hash>    so that a user's sessions can be listed
assistants  U#<user>            A#<assistant>
            U#<user>            P#asst_...        -> assistant
threads     U#<user>            T#<thread>
            U#<user>            P#thread_...      -> thread
messages    U#<user>#T#<thread> M#<message>
runs        U#<user>            R#run_...

Numbers in keys have 16 digits, so that they sort. Every item carries the version `v` of its shape.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model

from afterglow.settings import settings


def number_key(prefix: str, number: int) -> str:
    """Return a key part that sorts by its number."""
    return f"{prefix}#{number:016d}"


def user_key(user_id: int) -> str:
    """Return the key part that stands for an owner."""
    return number_key("U", user_id)


class _Meta:
    """Waits are short: a request has seconds, not minutes (PynamoDB waits 30 s by default)."""

    connect_timeout_seconds = 2
    read_timeout_seconds = 2
    max_retry_attempts = 3


class _Item(Model):
    owner = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    v = NumberAttribute(default=1)


class ProfileItem(_Item):
    """A user."""

    class Meta(_Meta):
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
    key_stored_at = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()


class UsernameItem(_Item):
    """A name that is taken."""

    class Meta(_Meta):
        table_name = settings().users_table

    user_id = NumberAttribute()


class CountersItem(_Item):
    """The last ids given out to a user's things."""

    class Meta(_Meta):
        table_name = settings().users_table

    assistants = NumberAttribute(null=True)
    threads = NumberAttribute(null=True)


class SessionItem(_Item):
    """A signed-in browser."""

    class Meta(_Meta):
        table_name = settings().sessions_table

    token_hash = UnicodeAttribute()
    user_id = NumberAttribute()
    epoch = NumberAttribute()
    created_at = UTCDateTimeAttribute()
    last_seen_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class SessionPointerItem(_Item):
    """That a user has a session."""

    class Meta(_Meta):
        table_name = settings().sessions_table

    token_hash = UnicodeAttribute()
    expires_at = TTLAttribute()


class AssistantItem(_Item):
    """An assistant."""

    class Meta(_Meta):
        table_name = settings().assistants_table

    user_id = NumberAttribute()
    id = NumberAttribute()
    # One JSON text: DynamoDB's numbers cannot hold every temperature that JSON can.
    spec = JSONAttribute()
    openai_assistant_id = UnicodeAttribute(null=True)
    file_ids = JSONAttribute()
    is_active = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()


class AssistantPointerItem(_Item):
    """Which assistant an `asst_` id means."""

    class Meta(_Meta):
        table_name = settings().assistants_table

    assistant_id = NumberAttribute()


class ThreadItem(_Item):
    """A thread and its lock."""

    class Meta(_Meta):
        table_name = settings().threads_table

    user_id = NumberAttribute()
    id = NumberAttribute()
    openai_thread_id = UnicodeAttribute()
    title = UnicodeAttribute()
    assistant_id = NumberAttribute(null=True)
    is_archived = BooleanAttribute()
    last_message_id = NumberAttribute()
    head_response_id = UnicodeAttribute(null=True)
    active_run_id = UnicodeAttribute(null=True)
    lease_until = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()


class ThreadPointerItem(_Item):
    """Which thread a `thread_` id means."""

    class Meta(_Meta):
        table_name = settings().threads_table

    thread_id = NumberAttribute()


class MessageItem(_Item):
    """A message."""

    class Meta(_Meta):
        table_name = settings().messages_table

    user_id = NumberAttribute()
    thread_id = NumberAttribute()
    id = NumberAttribute()
    role = UnicodeAttribute()
    content = UnicodeAttribute()
    openai_message_id = UnicodeAttribute()
    run_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class RunItem(_Item):
    """A run. `lease_until` is there only while it is open: the sweeper will look for it."""

    class Meta(_Meta):
        table_name = settings().runs_table

    id = UnicodeAttribute()
    user_id = NumberAttribute()
    thread_id = NumberAttribute()
    assistant_id = NumberAttribute()
    message_id = NumberAttribute()
    spec = JSONAttribute()
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    lease_until = UTCDateTimeAttribute(null=True)
    deadline = UTCDateTimeAttribute()
    response_id = UnicodeAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    input_tokens = NumberAttribute(null=True)
    output_tokens = NumberAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    ended_at = UTCDateTimeAttribute(null=True)
