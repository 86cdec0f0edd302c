"""Ids that count per user."""

from typing import Literal

from afterglow.adapters.dynamodb.tables.accounts import (
    CountersItem,
)
from afterglow.adapters.dynamodb.tables.base import (
    user_key,
)


def next_id(user_id: int, kind: Literal["assistants", "threads"]) -> int:
    """Return the next id of a user's things, never the same twice; ids given up leave gaps."""
    counters = CountersItem(user_key(user_id), "COUNTERS")
    counters.update(actions=[getattr(CountersItem, kind).add(1), CountersItem.begun()])
    return int(getattr(counters, kind))
