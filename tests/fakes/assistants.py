"""The ports of assistants in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError
from afterglow.domain.models import Assistant, IdempotencyClaim
from tests.fakes.accounts import InMemoryAccounts
from tests.fakes.conversations import Records


class InMemoryAssistants:
    """`AssistantRepository` on the dict that the accounts look into."""

    def __init__(self, accounts: InMemoryAccounts, records: Records | None = None) -> None:
        self.accounts = accounts
        self.records = records or Records()
        self.by_key = accounts.assistants
        self.counters: Counter[int] = Counter()

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of an assistant, never the same twice."""
        self.counters[user_id] += 1
        return self.counters[user_id]

    def add(
        self, assistant: Assistant, *, limit: int, claim: IdempotencyClaim | None = None
    ) -> None:
        """Store a new assistant, and that it is what the claim has made."""
        if len([*self.list(assistant.user_id)]) >= limit:
            raise LimitExceededError("Assistant limit reached")
        self.records.record(claim, assistant.id)
        self.by_key[assistant.user_id, assistant.id] = assistant

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        try:
            return self.by_key[user_id, assistant_id]
        except KeyError:
            raise NotFoundError("Assistant not found") from None

    def find(self, user_id: int, openai_assistant_id: str) -> Assistant:
        """Return one by its `asst_` id. Raises NotFoundError."""
        for assistant in self.list(user_id):
            if assistant.openai_assistant_id == openai_assistant_id:
                return assistant
        raise NotFoundError("Assistant not found")

    def list(
        self, user_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Assistant]:
        """Return a user's assistants beyond an id, by id ascending."""
        assert page_size is None or page_size > 0
        for owner, assistant_id in sorted(self.by_key):
            if owner == user_id and assistant_id > after:
                yield self.by_key[owner, assistant_id]

    def change(self, seen: Assistant, wanted: Assistant) -> None:
        """Store what the user decides, unless the assistant is no longer as it was `seen`."""
        stored = self.by_key.get((seen.user_id, seen.id))
        if stored is None or stored.updated_at != seen.updated_at:
            raise ConflictError("The assistant has been changed meanwhile")
        self.by_key[seen.user_id, seen.id] = replace(
            stored, spec=wanted.spec, is_active=wanted.is_active, updated_at=wanted.updated_at
        )

    def mark_used(self, assistant: Assistant) -> None:
        """Note that a run has used the assistant; nothing happens if it is gone."""
        key = (assistant.user_id, assistant.id)
        if key in self.by_key:
            self.by_key[key] = replace(self.by_key[key], is_used=True)

    def delete(self, user_id: int, assistant_id: int, now: datetime) -> None:
        """Delete one, and have it no longer be the default. Raises NotFoundError."""
        self.get(user_id, assistant_id)
        del self.by_key[user_id, assistant_id]
        self.accounts.deleted_assistants[user_id, assistant_id] = now
        user = self.accounts.get(user_id)
        if user is not None and user.default_assistant_id == assistant_id:
            self.accounts.set_default_assistant(user_id, None)

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Delete every one that is there, and have no default."""
        for assistant in [*self.list(user_id)]:
            self.delete(user_id, assistant.id, now)


class InMemoryConfiguration:
    """`ConfigurationRepository` on an attribute."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit

    def assistant_limit(self) -> int | None:
        """Return how many assistants a user may have, None if nobody has said."""
        return self.limit

    def set_assistant_limit(self, limit: int) -> None:
        """Change how many assistants a user may have."""
        self.limit = limit
