"""Items of assistants, threads, messages and runs."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)

from afterglow.adapters.dynamodb.tables.base import Item, TableMeta
from afterglow.settings import settings


class AssistantItem(Item):
    """An assistant."""

    class Meta(TableMeta):
        table_name = settings().assistants_table

    user_id = NumberAttribute()
    id = NumberAttribute()
    # One JSON text: DynamoDB's numbers cannot hold every temperature that JSON can.
    spec = JSONAttribute()
    openai_assistant_id = UnicodeAttribute()
    is_used = BooleanAttribute()
    file_ids = JSONAttribute()
    is_active = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()


class AssistantPointerItem(Item):
    """Which assistant an `asst_` id means."""

    class Meta(TableMeta):
        table_name = settings().assistants_table

    assistant_id = NumberAttribute()


class ThreadItem(Item):
    """A thread and its lock."""

    class Meta(TableMeta):
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
    deleted_at = UTCDateTimeAttribute(null=True)


class ThreadPointerItem(Item):
    """Which thread a `thread_` id means."""

    class Meta(TableMeta):
        table_name = settings().threads_table

    thread_id = NumberAttribute()


class MessageItem(Item):
    """A message."""

    class Meta(TableMeta):
        table_name = settings().messages_table

    user_id = NumberAttribute()
    thread_id = NumberAttribute()
    id = NumberAttribute()
    role = UnicodeAttribute()
    content = UnicodeAttribute()
    openai_message_id = UnicodeAttribute()
    run_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class RunItem(Item):
    """A run. `lease_until` is there only while it is open: the sweeper will look for it."""

    class Meta(TableMeta):
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


class OpenRunsItem(Item):
    """Which runs of a user are not over."""

    class Meta(TableMeta):
        table_name = settings().runs_table

    run_ids = UnicodeSetAttribute(null=True)
