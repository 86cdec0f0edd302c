"""`AssistantRepository` on DynamoDB."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.assistant_deletion import delete_assistants
from afterglow.adapters.dynamodb.counters import next_id
from afterglow.adapters.dynamodb.idempotency import find_record, record_claim
from afterglow.adapters.dynamodb.records.conversations import (
    assistant_from,
    assistant_item,
    spec_to_json,
)
from afterglow.adapters.dynamodb.tables.accounts import CountersItem
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import AssistantItem, AssistantPointerItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError
from afterglow.domain.models import Assistant, IdempotencyClaim

# What one transaction takes: three items for each, and the user's counters and profile.
_AT_A_TIME = 32


class DynamoAssistantRepository:
    """Assistants of one owner at a time."""

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of an assistant, never the same twice."""
        return next_id(user_id, "assistants")

    def add(
        self, assistant: Assistant, *, limit: int, claim: IdempotencyClaim | None = None
    ) -> None:
        """Store a new assistant, and that it is what the claim has made."""
        if limit < 1:
            raise _limit_reached()
        try:
            write_transaction(partial(_save_new, assistant, limit, claim))
        except ConditionFailedError:
            if claim is not None and find_record(claim, assistant.created_at):
                raise ConflictError("The assistant is being made") from None
            # Ids are never given out twice, so it is the limit.
            raise _limit_reached() from None
        except ContentionError:
            raise ConflictError("The assistants are being changed") from None

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        try:
            item = AssistantItem.get(
                user_key(user_id), number_key("A", assistant_id), consistent_read=True
            )
        except AssistantItem.DoesNotExist:
            raise NotFoundError("Assistant not found") from None
        return assistant_from(item)

    def find(self, user_id: int, openai_assistant_id: str) -> Assistant:
        """Return one by its `asst_` id. Raises NotFoundError."""
        try:
            pointer = AssistantPointerItem.get(
                user_key(user_id), f"P#{openai_assistant_id}", consistent_read=True
            )
        except AssistantPointerItem.DoesNotExist:
            raise NotFoundError("Assistant not found") from None
        return self.get(user_id, int(pointer.assistant_id))

    def list(
        self, user_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Assistant]:
        """Return a user's assistants beyond an id, by id ascending."""
        items = AssistantItem.query(
            user_key(user_id),
            AssistantItem.item.between(number_key("A", after + 1), "A#:"),
            consistent_read=True,
            page_size=page_size,
        )
        return map(assistant_from, items)

    def change(self, seen: Assistant, wanted: Assistant) -> None:
        """Store what the user decides, unless the assistant is no longer as it was `seen`."""
        try:
            with conditional_write():
                _key(seen).update(
                    actions=[
                        AssistantItem.spec.set(spec_to_json(wanted.spec)),
                        AssistantItem.is_active.set(wanted.is_active),
                        AssistantItem.updated_at.set(wanted.updated_at),
                    ],
                    condition=AssistantItem.updated_at == seen.updated_at,
                )
        except ConditionFailedError:
            raise ConflictError("The assistant has been changed meanwhile") from None

    def mark_used(self, assistant: Assistant) -> None:
        """Note that a run has used the assistant; nothing happens if it is gone."""
        with suppress(ConditionFailedError), conditional_write():
            _key(assistant).update(
                actions=[AssistantItem.is_used.set(True)],
                condition=AssistantItem.owner.exists(),
            )

    def delete(self, user_id: int, assistant_id: int, now: datetime) -> None:
        """Delete one, and have it no longer be the default."""
        delete_assistants(user_id, lambda: [self.get(user_id, assistant_id)], now)

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Delete every one that is there, and have no default."""
        while delete_assistants(user_id, lambda: self._some(user_id), now):
            pass

    def _some(self, user_id: int) -> Sequence[Assistant]:
        return list(islice(self.list(user_id, page_size=_AT_A_TIME), _AT_A_TIME))


def _save_new(
    assistant: Assistant, limit: int, claim: IdempotencyClaim | None, transaction: TransactWrite
) -> None:
    item = assistant_item(assistant)
    transaction.update(
        CountersItem(item.owner, "COUNTERS"),
        actions=[CountersItem.assistants_now.add(1), CountersItem.begun()],
        condition=CountersItem.assistants_now.does_not_exist()
        | (CountersItem.assistants_now < limit),
    )
    transaction.save(item, condition=AssistantItem.owner.does_not_exist())
    pointer = f"P#{item.openai_assistant_id}"
    transaction.save(AssistantPointerItem(item.owner, pointer, assistant_id=item.id))
    record_claim(transaction, claim, assistant.id, assistant.created_at)


def _limit_reached() -> LimitExceededError:
    return LimitExceededError("Assistant limit reached")


def _key(assistant: Assistant) -> AssistantItem:
    return AssistantItem(user_key(assistant.user_id), number_key("A", assistant.id))
