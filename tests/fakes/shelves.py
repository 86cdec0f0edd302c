"""What the fakes of files and uploads share."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from afterglow.domain.errors import NotFoundError, SupersededError
from afterglow.domain.models import (
    File,
    Library,
    Staged,
    Upload,
    UploadFile,
    UploadState,
    VectorStore,
)

FileKey = tuple[int, str]
EntryKey = tuple[int, str, int]


@dataclass
class Shelves:
    """Everything by its keys. `discarded` files wait for what they left to be cleared away.

    `pending` has user, assistant, upload and number of those files that an assistant waits for;
    `opened` the uploads that are there, `entries` their files, which are there before.
    """

    libraries: dict[int, Library] = field(default_factory=dict)
    files: dict[FileKey, File] = field(default_factory=dict)
    upstream: dict[FileKey, str] = field(default_factory=dict)
    stores: dict[tuple[int, int], VectorStore] = field(default_factory=dict)
    pending: set[tuple[int, int, str, int]] = field(default_factory=set)
    discarded: dict[FileKey, tuple[File, datetime]] = field(default_factory=dict)
    opened: dict[tuple[int, str], Upload] = field(default_factory=dict)
    entries: dict[EntryKey, UploadFile] = field(default_factory=dict)
    staged: dict[tuple[int, str], Staged] = field(default_factory=dict)

    def library(self, user_id: int) -> Library:
        """Return what a user's files come to."""
        return self.libraries.get(user_id) or Library(user_id)

    def as_read(self, entry: UploadFile) -> UploadFile:
        """Return an entry as it is stored. Raises SupersededError if it was moved on meanwhile."""
        stored = self.entries.get((entry.user_id, entry.upload_id, entry.number))
        if stored is None or stored.is_over or stored.attempt != entry.attempt:
            raise superseded()
        return stored

    def in_progress(self, entry: UploadFile) -> UploadFile:
        """Return an entry as it is stored. Raises SupersededError if it is not in progress."""
        stored = self.as_read(entry)
        if stored.state is not UploadState.IN_PROGRESS:
            raise superseded()
        return stored

    def place(self, entry: UploadFile) -> UploadFile:
        """Store an entry; it is pending at its assistant while it is in progress."""
        self.entries[entry.user_id, entry.upload_id, entry.number] = entry
        if entry.assistant_id is not None:
            marker = (entry.user_id, entry.assistant_id, entry.upload_id, entry.number)
            is_pending = entry.state is UploadState.IN_PROGRESS
            (self.pending.add if is_pending else self.pending.discard)(marker)
        return entry

    def end(self, entry: UploadFile) -> None:
        """Store the end of an entry and count it, if there is an upload to count it in."""
        self.place(entry)
        upload = self.opened.get((entry.user_id, entry.upload_id))
        if upload is None:
            return
        self.opened[entry.user_id, entry.upload_id] = replace(
            upload,
            completed=upload.completed + (entry.state is UploadState.COMPLETED),
            failed=upload.failed + (entry.state is UploadState.FAILED),
            cancelled=upload.cancelled + (entry.state is UploadState.CANCELLED),
            known=upload.known + (entry.state is UploadState.COMPLETED and entry.is_known),
        )

    def upload(self, user_id: int, upload_id: str) -> Upload:
        """Return one. Raises NotFoundError."""
        try:
            return self.opened[user_id, upload_id]
        except KeyError:
            raise NotFoundError("Upload not found") from None

    def upstream_ids(self, user_id: int, file_id: str) -> frozenset[str]:
        """Return all that OpenAI ever called a file."""
        return frozenset(
            upstream_id
            for (owner, upstream_id), named in self.upstream.items()
            if (owner, named) == (user_id, file_id)
        )

    def delete(self, file: File, now: datetime) -> None:
        """Delete a file for everyone to see, and note what is left of it."""
        if self.files.pop((file.user_id, file.id), None) is None:
            return
        self.discarded[file.user_id, file.id] = (file, now)
        library = self.library(file.user_id)
        self.libraries[file.user_id] = replace(
            library, files=library.files - 1, size=library.size - file.size
        )


def superseded() -> SupersededError:
    """Return what is raised where somebody else was first."""
    return SupersededError("The file was moved on meanwhile", code="upload_superseded")
