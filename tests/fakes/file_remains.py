"""What the deleted left of files, in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from afterglow.domain.models import VectorStore
from afterglow.ports.deletions import LeftFile
from tests.fakes.shelves import Shelves


class InMemoryFileRemains:
    """`FileRemains` on the shelves."""

    def __init__(self, shelves: Shelves) -> None:
        self.shelves = shelves

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return the store of a deleted assistant, None if none is left."""
        return self.shelves.stores.get((user_id, assistant_id))

    def stores(self, user_id: int) -> Iterator[VectorStore]:
        """Return every store of a deleted user, of deleted assistants as well."""
        yield from [store for key, store in self.shelves.stores.items() if key[0] == user_id]

    def clear_store(self, store: VectorStore) -> None:
        """Clear away that there was a store."""
        self.shelves.stores.pop((store.user_id, store.assistant_id), None)

    def files(self, user_id: int) -> Iterator[LeftFile]:
        """Return every file of a deleted user, deleted before or not."""
        for owner, file_id in [*self.shelves.files, *self.shelves.discarded]:
            if owner == user_id:
                yield LeftFile(user_id, file_id, self.shelves.upstream_ids(user_id, file_id))

    def clear_file(self, file: LeftFile) -> None:
        """Clear a file away, what leads to it from OpenAI's ids, and that it was deleted."""
        for upstream_id in file.upstream_ids:
            self.shelves.upstream.pop((file.user_id, upstream_id), None)
        self.shelves.files.pop((file.user_id, file.id), None)
        self.shelves.discarded.pop((file.user_id, file.id), None)

    def used_by(self, user_id: int, assistant_id: int) -> Iterator[str]:
        """Return the ids of the files that a deleted assistant used."""
        for (owner, file_id), file in [*self.shelves.files.items()]:
            if owner == user_id and assistant_id in file.assistant_ids:
                yield file_id

    def detach(self, user_id: int, assistant_id: int, file_id: str, now: datetime) -> None:
        """Have a deleted assistant use a file no more; one that nobody uses is deleted with it."""
        file = self.shelves.files.get((user_id, file_id))
        if file is None:
            return
        left = replace(file, assistant_ids=file.assistant_ids - {assistant_id})
        self.shelves.files[user_id, file_id] = left
        if not left.assistant_ids:
            self.shelves.delete(left, now)

    def clear_shelf(self, user_id: int, assistant_id: int) -> None:
        """Clear away what else was noted of a deleted assistant's files."""
        self.shelves.stores.pop((user_id, assistant_id), None)
        shelf = {each for each in self.shelves.pending if each[:2] == (user_id, assistant_id)}
        self.shelves.pending -= shelf

    def has_uploads(self, user_id: int) -> bool:
        """Tell whether somebody may still be at work on uploads of a deleted user."""
        return any(owner == user_id for owner, _ in self.shelves.opened)

    def clear_library(self, user_id: int) -> None:
        """Clear away everything that was noted of a deleted user's files and uploads."""
        shelves = self.shelves
        shelves.libraries.pop(user_id, None)
        kept: list[dict[Any, Any]] = [
            shelves.files,
            shelves.upstream,
            shelves.stores,
            shelves.opened,
            shelves.entries,
            shelves.staged,
        ]
        for each in kept:
            for key in [key for key in each if key[0] == user_id]:
                del each[key]
        shelves.pending -= {marker for marker in shelves.pending if marker[0] == user_id}
