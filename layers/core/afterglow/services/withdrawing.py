"""Ending a file of an upload that no assistant will use, and taking back what was done for it."""

from contextlib import suppress
from dataclasses import dataclass

from afterglow.domain.errors import DomainError, NotFoundError, SupersededError
from afterglow.domain.models import File, FileUse, UploadError, UploadFile, UploadState
from afterglow.ports.clock import Clock
from afterglow.ports.files import FileRepository
from afterglow.ports.staging import Staging
from afterglow.ports.uploads import UploadRepository
from afterglow.services.opening import Upstreams

CAME_TO_NOTHING = frozenset({UploadState.FAILED, UploadState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Ends what comes to nothing, whoever says so."""

    uploads: UploadRepository
    files: FileRepository
    staging: Staging
    upstreams: Upstreams
    now: Clock

    def end(self, entry: UploadFile, state: UploadState, error: UploadError) -> UploadFile:
        """End a file that will not be attached. Raises SupersededError."""
        file = self._file(entry)
        if file is not None and not entry.is_known:
            # Before the end is written: afterwards nothing would lead to it any more.
            self._check_ours(entry)
            self.files.discard(file, self.now())
        ended = entry.ended(state, error)
        self.uploads.end(ended)
        if entry.staged_as is None:
            self.staging.delete(entry)
        if entry.attempt:
            # After it: whoever is at work on it now finds it ended, and does the same.
            self.undo(entry, state)
        return ended

    def drop(self, entry: UploadFile) -> None:
        """Forget the file that somebody made of an upload's file, if that has ended meanwhile."""
        stored = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
        file = self._file(entry)
        if stored.is_over and file is not None and not entry.is_known:
            self.files.discard(file, self.now())

    def undo(self, entry: UploadFile, state: UploadState) -> None:
        """Take a file out of the store that somebody has put it into since it ended in a state.

        Nothing happens unless it came to nothing, and its assistant does not use it all the same.
        """
        file = self._file(entry) if state in CAME_TO_NOTHING else None
        if file is not None:
            self._take_out(entry, file)

    def _file(self, entry: UploadFile) -> File | None:
        if entry.file_id is None:
            return None
        with suppress(NotFoundError):
            return self.files.get(entry.user_id, entry.file_id)
        return None

    def _check_ours(self, entry: UploadFile) -> None:
        stored = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
        if stored.is_over or stored.attempt != entry.attempt:
            raise SupersededError("The file was moved on meanwhile", code="upload_superseded")

    def _take_out(self, entry: UploadFile, file: File) -> None:
        """Take a file that others use out of the store that it was put into for this upload."""
        assistant_id = entry.assistant_id or 0
        store = self.files.store(entry.user_id, assistant_id)
        if (
            store is None
            or file.upstream_id is None
            or file.use is not FileUse.SEARCH
            or assistant_id in file.assistant_ids
        ):
            return
        # Nobody waits for it, and a file too many in a store is found at the next look.
        with suppress(DomainError):
            self.upstreams.of_owner(entry.user_id).unindex(store.upstream_id, file.upstream_id)
