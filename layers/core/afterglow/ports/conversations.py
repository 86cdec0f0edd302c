"""Assistants, threads, and the records of a turn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import Assistant, AssistantSpec, Message, Run, Thread


class AssistantRepository(Protocol):
    """Assistants of one owner at a time."""

    def add(self, user_id: int, spec: AssistantSpec, now: datetime) -> Assistant:
        """Store a new assistant under the user's next id."""
        ...

    def get(self, user_id: int, assistant_id: int) -> Assistant:
        """Return one. Raises NotFoundError."""
        ...

    def list(self, user_id: int) -> Sequence[Assistant]:
        """Return all of a user's assistants, by id ascending."""
        ...

    def ensure_openai_id(self, assistant: Assistant, minted: str) -> Assistant:
        """Give the assistant `minted` as its `asst_` id unless it has one. Raises NotFoundError."""
        ...


class ThreadRepository(Protocol):
    """Threads and their messages, of one owner at a time."""

    def add(
        self, user_id: int, *, assistant_id: int, openai_thread_id: str, title: str, now: datetime
    ) -> Thread:
        """Store a new thread under the user's next id."""
        ...

    def get(self, user_id: int, thread_id: int) -> Thread:
        """Return one. Raises NotFoundError."""
        ...

    def messages(self, user_id: int, thread_id: int) -> Sequence[Message]:
        """Return a thread's messages, by id ascending."""
        ...


class TurnLedger(Protocol):
    """The records of a turn. Each method is one transaction, or one conditional write."""

    def accept(self, thread: Thread, run: Run, message: Message) -> None:
        """Store message and run and lock the thread, taking over a lock whose lease is over.

        `thread` is the thread as it was read; the run whose lease is over ends `expired`.
        Raises ConflictError if another run holds the thread or has moved it on meanwhile.
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
