"""Threads, and the records of a turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import IdempotencyClaim, Message, Run, Thread
from afterglow.domain.rates import Use


class ThreadRepository(Protocol):
    """Threads and their messages, of one owner at a time. A deleted thread is not there."""

    def add(self, thread: Thread, *, claim: IdempotencyClaim | None = None) -> None:
        """Store a new thread, and that it is what the claim has made.

        Raises ConflictError if the claim was first made by another request.
        """
        ...

    def next_id(self, user_id: int) -> int:
        """Return the user's next id of a thread, never the same twice."""
        ...

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        ...

    def find(self, user_id: int, openai_thread_id: str) -> Thread:
        """Return one by its `thread_` id. Raises NotFoundError."""
        ...

    def list(
        self, user_id: int, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Thread]:
        """Return a user's threads below an id, by id descending.

        They are read as they are asked for, `page_size` at a time.
        """
        ...

    def change(
        self,
        user_id: int,
        thread_id: int,
        *,
        title: str | None,
        is_archived: bool | None,
        now: datetime,
    ) -> None:
        """Store a title, or whether it is archived; None leaves it. Raises NotFoundError."""
        ...

    def delete(self, user_id: int, thread_id: int, now: datetime) -> None:
        """Have a thread gone at once, and what belongs to it cleared away by and by.

        A run that is under way is given up. Raises NotFoundError, ConflictError.
        """
        ...

    def delete_all(self, user_id: int, now: datetime) -> None:
        """Have every thread that is there gone at once."""
        ...

    def messages(
        self, user_id: int, thread_id: int, *, after: int = 0, page_size: int | None = None
    ) -> Iterator[Message]:
        """Return a thread's messages beyond an id, by id ascending, as they are asked for."""
        ...

    def message(self, user_id: int, thread_id: int, message_id: int) -> Message:
        """Return one message. Raises NotFoundError."""
        ...


class ThreadDirectory(Protocol):
    """Threads of all users, for admins."""

    def list(
        self, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[tuple[str, Thread]]:
        """Return every thread beyond a position, each with its position, in no order."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a message is taken.

    Its user may have `most_open` runs that are not over, this one included; it counts as `uses`;
    `claim` is the request's that may come again.
    """

    most_open: int
    uses: Sequence[Use] = ()
    claim: IdempotencyClaim | None = None


class TurnLedger(Protocol):
    """The records of a turn. Each method is one transaction, or one conditional write.

    Where a method raises SupersededError, somebody else has moved the run on: read it again.
    """

    def accept(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store message, run and what the claim has made, count it all, and lock the thread.

        `thread` is the thread as it was read. Raises ConflictError if a run holds the thread, it
        has been moved on or deleted meanwhile, or the claim was first made by another request;
        RateLimitError if the user has too many runs under way, or a limit has no room.
        """
        ...

    def open(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store a new thread with its first message and run, and lock it.

        Raises as `accept` does.
        """
        ...

    def claim(self, run: Run, lease_until: datetime) -> Run:
        """Take a run over as it was read, to begin it (again). Raises SupersededError."""
        ...

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work. Raises SupersededError."""
        ...

    def renew(self, run: Run, lease_until: datetime) -> Run:
        """Move on when the run is due, and note whether it waits. Raises SupersededError."""
        ...

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread with the run's Response as its head.

        `run` is the run as it is to be stored. Committing again what was committed changes
        nothing. Raises SupersededError, also when the thread has been deleted.
        """
        ...

    def release(self, run: Run, partial: Message | None = None) -> None:
        """Store the end of a run without an answer and free the thread, if it is still there.

        `run` is the run as it is to be stored; `partial`, as much as there was of an answer, is
        stored with it. The thread's head stays. Raises SupersededError.
        """
        ...


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Where to find a run that is not over, and when it is due."""

    user_id: int
    id: str
    created_at: datetime
    lease_until: datetime


class RunRepository(Protocol):
    """Runs, as they are."""

    def get(self, user_id: int, run_id: str) -> Run:
        """Return one. Raises NotFoundError."""
        ...

    def open(self) -> Iterator[OpenRun]:
        """Return what is not over, of all users, the longest due first, perhaps stale."""
        ...

    def list(
        self, thread: Thread, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Run]:
        """Return the runs on a thread's messages below an id, by message id descending."""
        ...
