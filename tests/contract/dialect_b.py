"""What dialect B's examples say is there, for user 42."""

from dataclasses import replace
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.adapters.dynamodb.tables.configuration import AssistantLimitItem
from afterglow.domain.models import AssistantSpec, Role
from afterglow.settings import settings
from tests.contract.user_42 import (
    OWNER,
    a_thread_of_42,
    assistant_items,
    at,
    counters,
    thread_items,
    user_42,
)
from tests.examples import an_assistant
from tests.seeds import v1
from tests.seeds.example import Example

NOW = at("2025-04-29T20:15:45.678Z")
FIRST = an_assistant(
    42,
    openai_assistant_id="asst_abc123",
    is_used=True,
    spec=AssistantSpec(
        name="Compliance Helper",
        model="gpt-3.5-turbo-0125",
        instructions="Help with compliance requirements",
    ),
)
# All that user 42 may have: the one that is there.
LIMIT_OF_ONE: list[Item] = [AssistantLimitItem("CONFIGURATION", "ASSISTANT_LIMIT", limit=1)]


def there(now: datetime, example: Example | None = None) -> list[Item]:
    """Return what is there before an example; its user is an admin if it says so.

    The examples' model is no more: where messages are sent, the assistant has another.
    """
    path = example.path if example else ""
    role = Role.ADMIN if path == v1.CREATE_CUSTOM_ASSISTANT.path else Role.USER
    alive = replace(FIRST, spec=replace(FIRST.spec, model="gpt-6-luna"))
    return [
        *user_42(now, role=role),
        *assistant_items(alive if path.startswith(v1.CREATE_THREAD.path) else FIRST),
        *thread_items(a_thread_of_42(1, "thread_xyz789")),
        counters(1, 1),
    ]


class _WornCounters(Item):
    """Counters to which nothing can be added."""

    class Meta(TableMeta):
        table_name = settings().users_table

    assistants = UnicodeAttribute()


def worn() -> list[Item]:
    """Return what makes an operation on assistants fail: no program can read or count them."""
    (first,) = assistant_items(FIRST)
    first.attribute_values["spec"] = {}
    return [first, _WornCounters(OWNER, "COUNTERS", assistants="many")]
