"""Assistants go together with their being counted, and being the default."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.tables.accounts import CountersItem, ProfileItem
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import AssistantItem, AssistantPointerItem
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    write_transaction,
)
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import Assistant

_TRIES = 5


def delete_assistants(user_id: int, read: Callable[[], Sequence[Assistant]], now: datetime) -> int:
    """Delete what `read` returns in one transaction and return how many that were.

    What their files leave is cleared away by and by.

    When one of them, or the default, changes meanwhile, they are read again.
    Raises ConflictError if that does not end, and what `read` raises.
    """
    for _ in range(_TRIES):
        assistants = read()
        if not assistants:
            return 0
        try:
            write_transaction(partial(_fill, user_key(user_id), assistants, now))
        except (ConditionFailedError, ContentionError):
            continue
        return len(assistants)
    raise ConflictError("The assistants are being changed")


def _fill(
    owner: str, assistants: Sequence[Assistant], now: datetime, transaction: TransactWrite
) -> None:
    for assistant in assistants:
        _delete(transaction, assistant, now)
    transaction.update(
        CountersItem(owner, "COUNTERS"),
        actions=[CountersItem.assistants_now.add(-len(assistants))],
    )
    default = ProfileItem.get(owner, "PROFILE", consistent_read=True).default_assistant_id
    _settle_default(transaction, owner, assistants, default)


def _delete(transaction: TransactWrite, assistant: Assistant, now: datetime) -> None:
    owner, key = user_key(assistant.user_id), number_key("A", assistant.id)
    transaction.delete(AssistantItem(owner, key), condition=AssistantItem.owner.exists())
    transaction.save(DeletionItem(owner, key, user_id=assistant.user_id, requested_at=now))
    transaction.delete(AssistantPointerItem(owner, f"P#{assistant.openai_assistant_id}"))


def _settle_default(
    transaction: TransactWrite, owner: str, deleted: Sequence[Assistant], default: float | None
) -> None:
    """Clear the default if it is deleted; in any case have it be what it was when it was read."""
    unchanged = (
        ProfileItem.default_assistant_id.does_not_exist()
        if default is None
        else ProfileItem.default_assistant_id == default
    )
    if default in {assistant.id for assistant in deleted}:
        transaction.update(
            ProfileItem(owner, "PROFILE"),
            actions=[ProfileItem.default_assistant_id.remove()],
            condition=unchanged,
        )
    else:
        transaction.condition_check(ProfileItem, owner, "PROFILE", condition=unchanged)
