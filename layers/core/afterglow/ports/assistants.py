"""Assistants, and how many of them a user may have."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import Assistant, IdempotencyClaim


class AssistantRepository(Protocol):
    """Assistants of one owner at a time."""

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of an assistant, never the same twice."""
        ...

    def add(
        self, assistant: Assistant, *, limit: int, claim: IdempotencyClaim | None = None
    ) -> None:
        """Store a new assistant, and that it is what the claim has made.

        Raises LimitExceededError if its user has `limit` of them, ConflictError if the claim was
        first made by another request.
        """
        ...

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        ...

    def find(self, user_id: int, openai_assistant_id: str) -> Assistant:
        """Return one by its `asst_` id. Raises NotFoundError."""
        ...

    def list(
        self, user_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Assistant]:
        """Return a user's assistants beyond an id, by id ascending.

        They are read as they are asked for, `page_size` at a time.
        """
        ...

    def change(self, seen: Assistant, wanted: Assistant) -> None:
        """Store what the user decides about an assistant, unless it is no longer as it was `seen`.

        Raises ConflictError if it has been changed or deleted meanwhile.
        """
        ...

    def mark_used(self, assistant: Assistant) -> None:
        """Note that a run has used the assistant; nothing happens if it is gone."""
        ...

    def delete(self, user_id: int, assistant_id: int, now: datetime) -> None:
        """Delete one, and have it no longer be the default. Raises NotFoundError, ConflictError.

        Its store and the files that nobody else uses are cleared away by and by.
        """
        ...

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Delete every one that is there, and have no default."""
        ...


class ConfigurationRepository(Protocol):
    """What admins set for everyone."""

    def assistant_limit(self) -> int | None:
        """Return how many assistants a user may have, None if nobody has said or it is unusable."""
        ...

    def set_assistant_limit(self, limit: int) -> None:
        """Change how many assistants a user may have."""
        ...
