"""Threads and messages in memory."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from afterglow.domain.errors import ConflictError, NotFoundError
from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord, Message, Run, Thread

Key = tuple[int, int]


@dataclass
class Records:
    """What the repositories and the ledger share. `deleted` threads wait to be cleared away."""

    threads: dict[Key, Thread] = field(default_factory=dict)
    messages: dict[tuple[int, int, int], Message] = field(default_factory=dict)
    runs: dict[tuple[int, str], Run] = field(default_factory=dict)
    deleted: dict[Key, datetime] = field(default_factory=dict)
    made: dict[tuple[int, str], IdempotencyRecord] = field(default_factory=dict)

    def record(self, claim: IdempotencyClaim | None, made: object) -> None:
        """Note what a claim has made. Raises ConflictError if it made something before."""
        if claim is None:
            return
        if (claim.user_id, claim.key) in self.made:
            raise ConflictError("The claim has made something before")
        self.made[claim.user_id, claim.key] = IdempotencyRecord(claim.fingerprint, str(made))


class InMemoryThreads:
    """`ThreadRepository` on dicts."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.counters: Counter[int] = Counter()

    def add(self, thread: Thread, *, claim: IdempotencyClaim | None = None) -> None:
        """Store a new thread, and that it is what the claim has made."""
        self.records.record(claim, thread.id)
        self.records.threads[thread.user_id, thread.id] = thread

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of a thread, never the same twice."""
        self.counters[user_id] += 1
        return self.counters[user_id]

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        try:
            return self.records.threads[user_id, thread_id]
        except KeyError:
            raise NotFoundError("Thread not found") from None

    def find(self, user_id: int, openai_thread_id: str) -> Thread:
        """Return one by its `thread_` id. Raises NotFoundError."""
        for thread in self.list(user_id):
            if thread.openai_thread_id == openai_thread_id:
                return thread
        raise NotFoundError("Thread not found")

    def list(
        self, user_id: int, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Thread]:
        """Return a user's threads below an id, by id descending."""
        assert page_size is None or page_size > 0
        for owner, thread_id in sorted(self.records.threads, reverse=True):
            if owner == user_id and (before is None or thread_id < before):
                yield self.records.threads[owner, thread_id]

    def change(
        self,
        user_id: int,
        thread_id: int,
        *,
        title: str | None,
        is_archived: bool | None,
        now: datetime,
    ) -> None:
        """Store a title, or whether the thread is archived; None leaves it."""
        thread = self.get(user_id, thread_id)
        self.records.threads[user_id, thread_id] = replace(
            thread,
            title=thread.title if title is None else title,
            is_archived=thread.is_archived if is_archived is None else is_archived,
            updated_at=now,
        )

    def delete(self, user_id: int, thread_id: int, now: datetime) -> None:
        """Have a thread gone at once, and what belongs to it cleared away by and by."""
        self.get(user_id, thread_id)
        del self.records.threads[user_id, thread_id]
        self.records.deleted[user_id, thread_id] = now

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Have every thread that is there gone at once."""
        for thread in [*self.list(user_id)]:
            self.delete(user_id, thread.id, now)

    def messages(
        self, user_id: int, thread_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Message]:
        """Return a thread's messages beyond an id, by id ascending."""
        assert page_size is None or page_size > 0
        messages = self.records.messages
        for key in sorted(messages):
            if key[:2] == (user_id, thread_id) and key[2] > after:
                yield messages[key]

    def message(self, user_id: int, thread_id: int, message_id: int) -> Message:
        """Return one message. Raises NotFoundError."""
        try:
            return self.records.messages[user_id, thread_id, message_id]
        except KeyError:
            raise NotFoundError("Message not found") from None


class InMemoryThreadDirectory:
    """`ThreadDirectory` on a dict."""

    def __init__(self, records: Records, gone: Container[int] = ()) -> None:
        self.records = records
        self.gone = gone

    def list(
        self, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[tuple[str, Thread]]:
        """Return every thread beyond a position, each with its position, in no order."""
        assert page_size is None or page_size > 0
        positions = {f"{owner:016d}/{n:016d}": (owner, n) for owner, n in self.records.threads}
        for position in sorted(positions):
            is_beyond = after is None or position > after
            if is_beyond and positions[position][0] not in self.gone:
                yield position, self.records.threads[positions[position]]
