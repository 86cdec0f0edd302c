"""Ending a file of an upload that no assistant will use, and taking back what was done for it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.errors import DomainError, NotFoundError, SupersededError
from afterglow.domain.models import (
    FailureKind,
    File,
    FileUse,
    UploadError,
    UploadFile,
    UploadState,
    VectorStore,
)
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.files import FileRepository
from afterglow.ports.staging import Staging
from afterglow.ports.uploads import UploadRepository
from afterglow.services.opening import Upstreams
from afterglow.services.pacing import wait_at

CAME_TO_NOTHING = frozenset({UploadState.FAILED, UploadState.CANCELLED})
# As long as something is on its way to the same assistant: the more rarely, the longer it takes.
LONGEST_REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Ends what comes to nothing, whoever says so."""

    uploads: UploadRepository
    files: FileRepository
    staging: Staging
    upstreams: Upstreams
    queue: UploadQueue
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
            self.undo(entry, ended)
        return ended

    def drop(self, entry: UploadFile) -> None:
        """Forget the file that somebody made of an upload's file, if that has ended meanwhile."""
        stored = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
        file = self._file(entry)
        if stored.is_over and file is not None and not entry.is_known:
            self.files.discard(file, self.now())

    def undo(self, entry: UploadFile, ended: UploadFile) -> None:
        """Take a file out of the store that somebody has put it into since it ended.

        `ended` is what is stored of the entry. Nothing happens unless it came to nothing. If its
        assistant uses the file all the same, it is there, whoever has taken it out.
        """
        file = self._file(entry) if ended.state in CAME_TO_NOTHING else None
        if file is None or file.use is not FileUse.SEARCH:
            return
        store = self.files.store(entry.user_id, entry.assistant_id or 0)
        if store is None or store.generation != file.generation:
            return
        if _is_unreadable(ended) and store.assistant_id in file.assistant_ids:
            # Put back, it would only fail again.
            return
        # Nobody waits for it, and what could not be done now is not worth a second try.
        with suppress(DomainError):
            self._settle(entry, file, store)

    def undo_later(self, entry: UploadFile) -> None:
        """Have it undone again once whoever may be at work on it is over, killed or not."""
        if entry.attempt and entry.lease_until > self.now():
            self._look_again(entry, timedelta(0))

    def _look_again(self, entry: UploadFile, wait: timedelta) -> None:
        # Not before the lease is over: whoever looks earlier lets it be.
        after = max(wait, entry.lease_until - self.now())
        self.queue.send(entry.user_id, entry.upload_id, entry.number, after=after)

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

    def _settle(self, entry: UploadFile, file: File, store: VectorStore) -> None:
        """Have a file in the store of its upload's assistant if that uses it, and not otherwise."""
        if file.upstream_id is None:
            return
        upstream = self.upstreams.of_owner(entry.user_id)
        if store.assistant_id not in file.assistant_ids:
            upstream.unindex(store.upstream_id, file.upstream_id)
            # Another upload of it may have found it there, and rely on that. It is pending until it
            # is attached: in this order one of the two is seen.
            if self.files.shelf(entry.user_id, store.assistant_id).is_pending:
                self._look_again(
                    entry, wait_at(self.now() - entry.created_at, longest=LONGEST_REST)
                )
            now = self._file(entry)
            if now is None or store.assistant_id not in now.assistant_ids:
                return
        upstream.index(store.upstream_id, file.upstream_id)


def _is_unreadable(ended: UploadFile) -> bool:
    """Tell whether a file failed by what is in it, not by what befell its upload."""
    return ended.error is not None and ended.error.kind is FailureKind.INVALID_INPUT
