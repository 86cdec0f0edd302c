"""What dialect A's examples say is there, for user 42."""

from dataclasses import replace
from datetime import datetime

from afterglow.adapters.dynamodb.tables.base import Item
from tests.contract.user_42 import (
    a_thread_of_42,
    assistant_items,
    at,
    attachment_items,
    counters,
    thread_items,
    user_42,
)
from tests.examples import an_assistant
from tests.seeds import web, web_threads
from tests.seeds.example import Example

NOW = at("2025-04-29T20:15:45.678Z")
FIRST = an_assistant(
    42,
    openai_assistant_id="asst_abc123",
    is_used=True,
    created_at=at("2025-04-29T20:10:30.123Z"),
    updated_at=at("2025-04-29T20:10:30.123Z"),
)


def there(now: datetime, example: Example | None = None) -> list[Item]:
    """Return what is there before an example."""
    first_thread = a_thread_of_42(1, "thread_abc123", last_message_id=2)
    return [
        *user_42(now),
        *assistant_items(FIRST),
        *attachment_items(FIRST, "file-abc123", "file-def456"),
        *thread_items(first_thread),
        *_only_for(example),
    ]


def _only_for(example: Example | None) -> list[Item]:
    """Return what an example speaks of and the lists do not show."""
    if example is web.SET_DEFAULT_ASSISTANT:
        return [*assistant_items(replace(FIRST, id=123)), counters(123, 1)]
    if example is web_threads.CHAT:
        return [*thread_items(a_thread_of_42(2, "thread_xyz789")), counters(1, 2)]
    return [counters(1, 1)]
