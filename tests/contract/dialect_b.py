"""What dialect B's examples say is there, for user 42."""

from datetime import datetime

from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.adapters.dynamodb.tables.configuration import AssistantLimitItem
from afterglow.domain.models import AssistantSpec, Role
from tests.contract.user_42 import (
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
    """Return what is there before an example; its user is an admin if it says so."""
    is_admins = example is not None and example.path == v1.CREATE_CUSTOM_ASSISTANT.path
    return [
        *user_42(now, role=Role.ADMIN if is_admins else Role.USER),
        *assistant_items(FIRST),
        *thread_items(a_thread_of_42(1, "thread_xyz789")),
        counters(1, 1),
    ]
