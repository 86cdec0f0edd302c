"""Threads, and the records of a turn."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import Message, Run, Thread


class ThreadRepository(Protocol):
    """Threads and their messages, of one owner at a time. A deleted thread is not there."""

    def add(
        self, user_id: int, *, assistant_id: int, openai_thread_id: str, title: str, now: datetime
    ) -> Thread:
        """Store a new thread under the user's next id."""
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


class ThreadDirectory(Protocol):
    """Threads of all users, for admins."""

    def list(
        self, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[tuple[str, Thread]]:
        """Return every thread beyond a position, each with its position, in no order."""
        ...


class TurnLedger(Protocol):
    """The records of a turn. Each method is one transaction, or one conditional write."""

    def accept(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store message and run and lock the thread, taking over a lock whose lease is over.

        `thread` is the thread as it was read; the run whose lease is over ends `expired`.
        Raises ConflictError if another run holds the thread or has moved it on meanwhile,
        NotFoundError if it has been deleted, RateLimitError if the user has `most_open` runs whose
        leases are not over.
        """
        ...

    def open(self, thread: Thread, run: Run, message: Message, *, most_open: int) -> None:
        """Store a new thread with its first message and run, and lock it.

        Raises RateLimitError as `accept` does.
        """
        ...

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work.

        Raises OperationFailedError if the run is no longer ours.
        """
        ...

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread with the run's Response as its head.

        `run` is the run as it is to be stored. Committing again what was committed changes
        nothing. Raises OperationFailedError if the run is no longer ours.
        """
        ...

    def release(self, run: Run) -> None:
        """Store the end of a run without an answer and free the thread.

        `run` is the run as it is to be stored. Nothing happens if it is no longer ours.
        """
        ...
