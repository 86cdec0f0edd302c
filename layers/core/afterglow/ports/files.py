"""Files that users have, and the stores they are indexed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from afterglow.domain.errors import LimitExceededError
from afterglow.domain.models import File, Library, UploadFile, VectorStore


@dataclass(frozen=True, slots=True)
class Quota:
    """What a user may have, and how many files an assistant may use. `size` is in bytes."""

    files: int
    size: int
    files_per_assistant: int


def file_quota_reached() -> LimitExceededError:
    """Return what is raised beyond a user's quota."""
    return LimitExceededError("File quota reached", code="file_quota_reached")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What an assistant's runs have to know of its files.

    `store` is where they are indexed, None if it has none; `is_pending` if some are on their way.
    """

    store: VectorStore | None
    is_pending: bool


class FileRepository(Protocol):
    """Files, of one owner at a time. A deleted file is not there."""

    def library(self, user_id: int) -> Library:
        """Return what a user's files come to; of one without files it is empty."""
        ...

    def unsettle(self, user_id: int) -> bool:
        """Note that the stored key may be of another project; tell whether there are files.

        There are if there ever were any: stores may be left. Without, nothing is to be looked at,
        and the library begins its next generation at once.
        """
        ...

    def settle(self, library: Library, *, generation: int) -> None:
        """Note where the library is: settled, in this generation.

        Nothing happens if it is no longer where it was read, or the key has changed again.
        """
        ...

    def add(self, file: File, quota: Quota) -> File:
        """Store a new file, count it, and return it.

        If the user has one of the same path and content, that one is returned instead. Raises
        LimitExceededError if it is one too many, or too big for what is left, NotFoundError if it
        was deleted and is yet to be cleared away.
        """
        ...

    def get(self, user_id: int, file_id: str) -> File:
        """Return one. Raises NotFoundError."""
        ...

    def find(self, user_id: int, path: str, sha256: str) -> File | None:
        """Return the user's file of a path and content, None if there is none."""
        ...

    def find_known(
        self, user_id: int, wanted: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], File]:
        """Return those files of these paths and contents that the user has, in few trips.

        An assistant that is gone uses none of them, though it may not be cleared away yet.
        """
        ...

    def by_upstream_ids(self, user_id: int, upstream_ids: Sequence[str]) -> dict[str, File]:
        """Return those files that are there, by OpenAI's ids of them, whatever the generation."""
        ...

    def list(
        self, user_id: int, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[File]:
        """Return a user's files beyond an id, by id ascending: in the order they were added.

        An assistant that is gone uses none of them, though it may not be cleared away yet.
        """
        ...

    def bind(self, file: File, upstream_id: str, generation: int) -> File:
        """Note which file upstream it is, unless somebody has in this generation; return it.

        So the id returned may be another's, and of a later generation: then the caller's is
        nobody's. Raises NotFoundError.
        """
        ...

    def unbind(self, file: File) -> None:
        """Note that a file is no longer upstream, unless it has another id there by now.

        The next `bind` gives it one, in the same generation. It is still found by the one it had.
        """
        ...

    def attached_ids(self, user_id: int) -> dict[int, Sequence[str]]:
        """Return which files each assistant of a user uses, in the order they were added."""
        ...

    def attached_to(self, user_id: int, assistant_id: int) -> Sequence[str]:
        """Return the ids of the files that an assistant uses, in the order they were added."""
        ...

    def code_files(self, user_id: int, assistant_id: int, *, most: int) -> Sequence[File]:
        """Return the latest files of an assistant for `code_interpreter`, the latest first."""
        ...

    def shelf(self, user_id: int, assistant_id: int) -> Shelf:
        """Return what an assistant's runs have to know of its files, in one trip."""
        ...

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return an assistant's store, None if it has none."""
        ...

    def stores(self, user_id: int) -> Sequence[VectorStore]:
        """Return the stores of all of a user's assistants; of one that is gone it is not there."""
        ...

    def put_store(self, store: VectorStore) -> VectorStore:
        """Store an assistant's store, unless it has one of this generation; return which it has.

        It may be of a later one. Raises NotFoundError if the assistant is gone: then the caller's
        is nobody's.
        """
        ...

    def drop_store(self, store: VectorStore) -> None:
        """Note that a store is no longer upstream, unless its assistant has another by now."""
        ...

    def attach(self, entry: UploadFile, file: File, quota: Quota) -> None:
        """End a file of an upload well: its assistant uses the file from now on.

        `entry` is it as it is to be stored. Counts it in its upload, and no longer as pending.
        Raises SupersededError if somebody else has moved it on, NotFoundError if the file, the
        assistant or the upload is gone, ConflictError if the library is not settled in the file's
        generation, LimitExceededError if the assistant uses as many as it may.
        """
        ...

    def discard(self, file: File, now: datetime) -> bool:
        """Delete a file if no assistant uses it, and tell whether it is gone.

        What is left of it upstream and of our copy is cleared away by and by.
        """
        ...

    def delete(self, file: File, now: datetime) -> None:
        """Delete a file, whoever uses it; that it is gone is no error. Raises ConflictError.

        What is left of it upstream and of our copy is cleared away by and by.
        """
        ...
