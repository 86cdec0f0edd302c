"""Files in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError
from afterglow.domain.models import File, FileUse, Library, UploadFile, VectorStore
from afterglow.ports.files import Quota, Shelf
from tests.fakes.accounts import InMemoryAccounts
from tests.fakes.shelves import Shelves


class InMemoryFiles:
    """`FileRepository` on dicts, and the assistants that the accounts have."""

    def __init__(self, accounts: InMemoryAccounts, shelves: Shelves) -> None:
        self.assistants = accounts.assistants
        self.shelves = shelves

    def library(self, user_id: int) -> Library:
        """Return what a user's files come to; of one without files it is empty."""
        return self.shelves.library(user_id)

    def unsettle(self, user_id: int) -> bool:
        """Note that the stored key may be of another project, and tell whether to look."""
        library = self.shelves.libraries.get(user_id)
        if library is None:
            self.shelves.libraries[user_id] = Library(user_id, generation=1)
            return False
        self.shelves.libraries[user_id] = replace(
            library, is_settled=False, key_changes=library.key_changes + 1
        )
        return True

    def settle(self, library: Library, *, generation: int) -> None:
        """Note where the library is, unless it is no longer where it was read."""
        stored = self.shelves.libraries.get(library.user_id)
        if stored is not None and _position(stored) == _position(library):
            self.shelves.libraries[library.user_id] = replace(
                stored, is_settled=True, generation=generation
            )

    def add(self, file: File, quota: Quota) -> File:
        """Store a new file and count it, or return the one of the same path and content."""
        known = self.find(file.user_id, file.path, file.sha256)
        if known is not None:
            return known
        if (file.user_id, file.id) in self.shelves.discarded:
            raise NotFoundError("File not found")
        library = self.shelves.library(file.user_id)
        if library.files >= quota.files or library.size + file.size > quota.size:
            raise LimitExceededError("File quota reached", code="file_quota_reached")
        self.shelves.libraries[file.user_id] = replace(
            library, files=library.files + 1, size=library.size + file.size
        )
        self.shelves.files[file.user_id, file.id] = file
        return file

    def get(self, user_id: int, file_id: str) -> File:
        """Return one. Raises NotFoundError."""
        try:
            return self.shelves.files[user_id, file_id]
        except KeyError:
            raise NotFoundError("File not found") from None

    def find(self, user_id: int, path: str, sha256: str) -> File | None:
        """Return the user's file of a path and content, None if there is none."""
        mine = {(file.path, file.sha256): file for file in self._all(user_id)}
        return mine.get((path, sha256))

    def find_known(
        self, user_id: int, wanted: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], File]:
        """Return those files of these paths and contents that the user has."""
        mine = {(file.path, file.sha256): file for file in self.list(user_id)}
        return {each: mine[each] for each in wanted if each in mine}

    def by_upstream_ids(self, user_id: int, upstream_ids: Sequence[str]) -> dict[str, File]:
        """Return those files that are there, by OpenAI's ids of them, whatever the generation."""
        ids = {each: self.shelves.upstream.get((user_id, each), "") for each in upstream_ids}
        files = {each: self.shelves.files.get((user_id, id_)) for each, id_ in ids.items()}
        return {each: file for each, file in files.items() if file is not None}

    def list(
        self, user_id: int, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[File]:
        """Return a user's files beyond an id, by id ascending: in the order they were added."""
        assert page_size is None or page_size > 0
        for file in self._all(user_id):
            if file.id > (after or ""):
                there = {each for each in file.assistant_ids if (user_id, each) in self.assistants}
                yield replace(file, assistant_ids=frozenset(there))

    def bind(self, file: File, upstream_id: str, generation: int) -> File:
        """Note which file upstream it is, unless somebody has in this generation; return it."""
        stored = self.get(file.user_id, file.id)
        if stored.upstream_id is not None and stored.generation >= generation:
            return stored
        bound = replace(stored, upstream_id=upstream_id, generation=generation)
        self.shelves.upstream[file.user_id, upstream_id] = file.id
        self.shelves.files[file.user_id, file.id] = bound
        return bound

    def unbind(self, file: File) -> None:
        """Note that a file is no longer upstream, unless it has another id there by now."""
        stored = self.shelves.files.get((file.user_id, file.id))
        if stored is not None and stored.upstream_id == file.upstream_id:
            self.shelves.files[file.user_id, file.id] = replace(stored, upstream_id=None)

    def attached_ids(self, user_id: int) -> dict[int, Sequence[str]]:
        """Return which files each assistant of a user uses, in the order they were added."""
        assistants = {id_ for file in self._all(user_id) for id_ in file.assistant_ids}
        return {id_: self.attached_to(user_id, id_) for id_ in sorted(assistants)}

    def attached_to(self, user_id: int, assistant_id: int) -> Sequence[str]:
        """Return the ids of the files that an assistant uses, in the order they were added."""
        return [file.id for file in self._of(user_id, assistant_id)]

    def code_files(self, user_id: int, assistant_id: int, *, most: int) -> Sequence[File]:
        """Return the latest files of an assistant for `code_interpreter`, the latest first."""
        files = [f for f in self._of(user_id, assistant_id) if f.use is FileUse.CODE]
        return files[::-1][:most]

    def shelf(self, user_id: int, assistant_id: int) -> Shelf:
        """Return what an assistant's runs have to know of its files."""
        is_pending = any(key[:2] == (user_id, assistant_id) for key in self.shelves.pending)
        return Shelf(self.store(user_id, assistant_id), is_pending)

    def store(self, user_id: int, assistant_id: int) -> VectorStore | None:
        """Return an assistant's store, None if it has none."""
        return self.shelves.stores.get((user_id, assistant_id))

    def stores(self, user_id: int) -> Sequence[VectorStore]:
        """Return the stores of all of a user's assistants; of one that is gone it is not there."""
        there = [key for key in sorted(self.shelves.stores) if key in self.assistants]
        keys = [key for key in there if key[0] == user_id]
        return [self.shelves.stores[key] for key in keys]

    def put_store(self, store: VectorStore) -> VectorStore:
        """Store an assistant's store, unless it has one of this generation."""
        key = (store.user_id, store.assistant_id)
        if key not in self.assistants:
            raise NotFoundError("Assistant not found")
        stored = self.shelves.stores.get(key)
        if stored is None or stored.generation < store.generation:
            self.shelves.stores[key] = store
        return self.shelves.stores[key]

    def drop_store(self, store: VectorStore) -> None:
        """Note that a store is no longer upstream, unless its assistant has another by now."""
        key = (store.user_id, store.assistant_id)
        stored = self.shelves.stores.get(key)
        if stored is not None and stored.upstream_id == store.upstream_id:
            del self.shelves.stores[key]

    def attach(self, entry: UploadFile, file: File, quota: Quota) -> None:
        """End a file of an upload well: its assistant uses the file from now on."""
        self.shelves.in_progress(entry)
        stored = self.get(file.user_id, file.id)
        assistant_id = entry.assistant_id
        if assistant_id is None or (entry.user_id, assistant_id) not in self.assistants:
            raise NotFoundError("Assistant not found")
        self.shelves.upload(entry.user_id, entry.upload_id)
        library = self.shelves.library(file.user_id)
        if not library.is_settled or library.generation != file.generation:
            raise ConflictError("The files are about to move")
        if assistant_id not in stored.assistant_ids:
            if len(self._of(file.user_id, assistant_id)) >= quota.files_per_assistant:
                raise LimitExceededError(
                    "The assistant uses as many files as it may", code="assistant_files_reached"
                )
            users = stored.assistant_ids | {assistant_id}
            self.shelves.files[file.user_id, file.id] = replace(stored, assistant_ids=users)
        self.shelves.end(entry)

    def discard(self, file: File, now: datetime) -> bool:
        """Delete a file if no assistant uses it, and tell whether it is gone."""
        stored = self.shelves.files.get((file.user_id, file.id))
        if stored is None:
            return True
        if stored.assistant_ids:
            return False
        self.shelves.delete(stored, now)
        return True

    def delete(self, file: File, now: datetime) -> None:
        """Delete a file, whoever uses it; that it is gone is no error."""
        self.shelves.delete(file, now)

    def _of(self, user_id: int, assistant_id: int) -> Sequence[File]:
        return [file for file in self._all(user_id) if assistant_id in file.assistant_ids]

    def _all(self, user_id: int) -> Sequence[File]:
        keys = sorted(self.shelves.files)
        return [self.shelves.files[owner, id_] for owner, id_ in keys if owner == user_id]


def _position(library: Library) -> tuple[int, bool, int]:
    return library.generation, library.is_settled, library.key_changes
