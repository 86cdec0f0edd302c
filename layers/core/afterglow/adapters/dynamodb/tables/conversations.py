"""Items of assistants, threads, messages and runs."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
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
    head_message_id = NumberAttribute(default=0)
    active_run_id = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    deleted_at = UTCDateTimeAttribute(null=True)


class ThreadPointerItem(Item):
    """Which thread a `thread_` id means."""

    class Meta(TableMeta):
        table_name = settings().threads_table

    thread_id = NumberAttribute()


class MessageItem(Item):
    """A message. A text too long for it is kept at `content_key`."""

    class Meta(TableMeta):
        table_name = settings().messages_table

    user_id = NumberAttribute()
    thread_id = NumberAttribute()
    id = NumberAttribute()
    role = UnicodeAttribute()
    content = UnicodeAttribute()
    content_key = UnicodeAttribute(null=True)
    openai_message_id = UnicodeAttribute()
    run_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    is_partial = BooleanAttribute(default=False)
    citations = JSONAttribute(null=True)


class DueRunsIndex(GlobalSecondaryIndex["RunItem"]):  # type: ignore[no-untyped-call]
    """Open runs of all users by when they are due. What has ended is not in it."""

    class Meta:
        index_name = "DueRuns"
        projection = IncludeProjection(["user_id", "id", "created_at"])

    due_shard = UnicodeAttribute(hash_key=True)
    lease_until = UTCDateTimeAttribute(range_key=True)


class RunItem(Item):
    """A run. `due_shard` and `lease_until` are there only while it is open."""

    class Meta(TableMeta):
        table_name = settings().runs_table

    due_runs = DueRunsIndex()

    id = UnicodeAttribute()
    user_id = NumberAttribute()
    thread_id = NumberAttribute()
    assistant_id = NumberAttribute()
    openai_assistant_id = UnicodeAttribute()
    message_id = NumberAttribute()
    spec = JSONAttribute()
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    failures = NumberAttribute(default=0)
    waits = NumberAttribute(default=0)
    waits_for = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    lease_until = UTCDateTimeAttribute(null=True)
    deadline = UTCDateTimeAttribute()
    claim_token = UnicodeAttribute(null=True)
    response_id = UnicodeAttribute(null=True)
    is_restarted = BooleanAttribute(default=False)
    error = JSONAttribute(null=True)
    input_tokens = NumberAttribute(null=True)
    output_tokens = NumberAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    ended_at = UTCDateTimeAttribute(null=True)


class OpenRunsItem(Item):
    """Which runs of a user are not over."""

    class Meta(TableMeta):
        table_name = settings().runs_table

    run_ids = UnicodeSetAttribute(null=True)
