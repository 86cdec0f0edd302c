"""What is deleted for everyone to see, and yet to be cleared away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from afterglow.domain.models import VectorStore


class DeletionKind(StrEnum):
    """What is gone."""

    USER = "user"
    THREAD = "thread"
    ASSISTANT = "assistant"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Deletion:
    """Something that is gone for everyone: a user, or a thread, an assistant or a file of a user.

    `name` is the id of it, "" of a user. `upstream_ids` are all that OpenAI ever called a file.
    `attempts` counts the passes that met an error.
    """

    user_id: int
    kind: DeletionKind
    name: str
    requested_at: datetime
    attempts: int = 0
    upstream_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LeftRun:
    """A run to be cleared away.

    `lease_until` is None if it is over; else somebody may be at work on it until then.
    """

    user_id: int
    id: str
    response_id: str | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class LeftMessages:
    """Some messages of a thread to be cleared away, and those of their runs that are there."""

    user_id: int
    thread_id: int
    message_ids: Sequence[int]
    runs: Sequence[LeftRun]


class DeletionRepository(Protocol):
    """The deletions that are under way, of all users."""

    def pending(self) -> Sequence[Deletion]:
        """Return all of them, in no order."""
        ...

    def count_failure(self, deletion: Deletion) -> None:
        """Note that a pass met an error; nothing happens if the deletion is done meanwhile."""
        ...

    def finish(self, deletion: Deletion) -> None:
        """Forget a deletion of which nothing is left."""
        ...


class Remains(Protocol):
    """What the deleted left, of one owner at a time.

    To clear away what is gone already does nothing, so every method may be called again.
    """

    def key_version(self, user_id: int) -> str | None:
        """Return which version of their OpenAI key a deleted user had last, None if none."""
        ...

    def thread_ids(self, user_id: int) -> Iterator[int]:
        """Return every thread of a user, deleted or not."""
        ...

    def messages(self, user_id: int, thread_id: int) -> LeftMessages:
        """Return the first few messages of a thread; none when none is left."""
        ...

    def runs(self, user_id: int) -> Iterator[LeftRun]:
        """Return every run of a user."""
        ...

    def clear_run(self, run: LeftRun) -> None:
        """Clear a run away. It is under way no more, and whoever polls it finds it gone."""
        ...

    def clear_messages(self, left: LeftMessages) -> None:
        """Clear these messages away. Their runs must be gone: only messages lead to them."""
        ...

    def clear_thread(self, user_id: int, thread_id: int) -> None:
        """Clear a thread away that has no messages left, with every text kept outside of them."""
        ...

    def clear_account(self, user_id: int) -> None:
        """Clear everything else of a user away: assistants, sessions, keys of requests, texts.

        Last who they were. From then on the username is free.
        """
        ...


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file that is deleted, or its user is, and all that OpenAI ever called it."""

    user_id: int
    id: str
    upstream_ids: frozenset[str]


class FileRemains(Protocol):
    """What the deleted left of files, of one owner at a time.

    To clear away what is gone already does nothing, so every method may be called again.
    """

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return the store of a deleted assistant, None if none is left."""
        ...

    def stores(self, user_id: int) -> Iterator[VectorStore]:
        """Return every store of a deleted user, of deleted assistants as well."""
        ...

    def clear_store(self, store: VectorStore) -> None:
        """Clear away that there was a store."""
        ...

    def files(self, user_id: int) -> Iterator[LeftFile]:
        """Return every file of a deleted user, deleted before or not."""
        ...

    def clear_file(self, file: LeftFile) -> None:
        """Clear a file away, what leads to it from OpenAI's ids, and that it was deleted."""
        ...

    def used_by(self, user_id: int, assistant_id: int) -> Iterator[str]:
        """Return the ids of the files that a deleted assistant used."""
        ...

    def detach(self, user_id: int, assistant_id: int, file_id: str, now: datetime) -> None:
        """Have a deleted assistant use a file no more; one that nobody uses is deleted with it."""
        ...

    def clear_shelf(self, user_id: int, assistant_id: int) -> None:
        """Clear away what else was noted of a deleted assistant's files."""
        ...

    def has_uploads(self, user_id: int) -> bool:
        """Tell whether somebody may still be at work on uploads of a deleted user."""
        ...

    def clear_library(self, user_id: int) -> None:
        """Clear away everything that was noted of a deleted user's files and uploads."""
        ...
