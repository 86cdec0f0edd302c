"""Assistants, threads and messages in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Assistant, AssistantSpec, Message, Run, Thread


@dataclass
class Records:
    """What the repositories and the ledger share."""

    threads: dict[tuple[int, int], Thread] = field(default_factory=dict)
    messages: dict[tuple[int, int, int], Message] = field(default_factory=dict)
    runs: dict[tuple[int, str], Run] = field(default_factory=dict)


class InMemoryAssistants:
    """`AssistantRepository` on a dict."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[int, int], Assistant] = {}
        self.counters: Counter[int] = Counter()

    def add(self, user_id: int, spec: AssistantSpec, now: datetime) -> Assistant:
        """Store a new assistant under the user's next id."""
        self.counters[user_id] += 1
        assistant = Assistant(
            id=self.counters[user_id], user_id=user_id, spec=spec, created_at=now, updated_at=now
        )
        self.by_key[user_id, assistant.id] = assistant
        return assistant

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        try:
            return self.by_key[user_id, assistant_id]
        except KeyError:
            raise NotFoundError("Assistant not found") from None

    def list(self, user_id: int) -> Sequence[Assistant]:
        """Return all of a user's assistants, by id ascending."""
        return [self.by_key[key] for key in sorted(self.by_key) if key[0] == user_id]

    def ensure_openai_id(self, assistant: Assistant, minted: str) -> Assistant:
        """Give the assistant `minted` as its `asst_` id unless it has one. Raises NotFoundError."""
        stored = self.get(assistant.user_id, assistant.id)
        if stored.openai_assistant_id is None:
            stored = replace(stored, openai_assistant_id=minted)
            self.by_key[assistant.user_id, assistant.id] = stored
        return stored


class InMemoryThreads:
    """`ThreadRepository` on dicts."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.counters: Counter[int] = Counter()

    def add(
        self, user_id: int, *, assistant_id: int, openai_thread_id: str, title: str, now: datetime
    ) -> Thread:
        """Store a new thread under the user's next id."""
        self.counters[user_id] += 1
        thread = Thread(
            id=self.counters[user_id],
            user_id=user_id,
            openai_thread_id=openai_thread_id,
            title=title,
            assistant_id=assistant_id,
            created_at=now,
            updated_at=now,
        )
        self.records.threads[user_id, thread.id] = thread
        return thread

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        try:
            return self.records.threads[user_id, thread_id]
        except KeyError:
            raise NotFoundError("Thread not found") from None

    def messages(self, user_id: int, thread_id: int) -> Sequence[Message]:
        """Return a thread's messages, by id ascending."""
        messages = self.records.messages
        return [messages[key] for key in sorted(messages) if key[:2] == (user_id, thread_id)]
