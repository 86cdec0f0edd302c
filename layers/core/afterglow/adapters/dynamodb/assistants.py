"""`AssistantRepository` on DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.counters import next_id
from afterglow.adapters.dynamodb.records.conversations import (
    assistant_from,
    spec_to_json,
)
from afterglow.adapters.dynamodb.tables.base import (
    number_key,
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import (
    AssistantItem,
    AssistantPointerItem,
)
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, write_transaction
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Assistant, AssistantSpec


class DynamoAssistantRepository:
    """Assistants of one owner at a time."""

    def add(self, user_id: int, spec: AssistantSpec, now: datetime) -> Assistant:
        """Store a new assistant under the user's next id."""
        assistant_id = next_id(user_id, "assistants")
        item = AssistantItem(
            user_key(user_id),
            number_key("A", assistant_id),
            user_id=user_id,
            id=assistant_id,
            spec=spec_to_json(spec),
            file_ids=[],
            is_active=True,
            created_at=now,
            updated_at=now,
        )
        item.save(AssistantItem.owner.does_not_exist())
        return assistant_from(item)

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        try:
            item = AssistantItem.get(
                user_key(user_id), number_key("A", assistant_id), consistent_read=True
            )
        except AssistantItem.DoesNotExist:
            raise NotFoundError("Assistant not found") from None
        return assistant_from(item)

    def list(self, user_id: int) -> Sequence[Assistant]:
        """Return all of a user's assistants, by id ascending."""
        items = AssistantItem.query(
            user_key(user_id), AssistantItem.item.startswith("A#"), consistent_read=True
        )
        return [assistant_from(item) for item in items]

    def ensure_openai_id(self, assistant: Assistant, minted: str) -> Assistant:
        """Give the assistant `minted` as its `asst_` id unless it has one. Raises NotFoundError."""
        owner = user_key(assistant.user_id)

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                AssistantItem(owner, number_key("A", assistant.id)),
                actions=[AssistantItem.openai_assistant_id.set(minted)],
                condition=AssistantItem.owner.exists()
                & AssistantItem.openai_assistant_id.does_not_exist(),
            )
            pointer = AssistantPointerItem(owner, f"P#{minted}", assistant_id=assistant.id)
            transaction.save(pointer)

        # When the condition fails it has one by now or is gone: reading tells.
        with suppress(ConditionFailedError):
            write_transaction(fill)
        return self.get(assistant.user_id, assistant.id)
