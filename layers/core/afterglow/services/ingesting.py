"""What moves a file of an upload on, whoever does: a request, the queue, a state machine.

claim    the file is somebody's to work at, with a number that only they have
take     its staged bytes become a file of the user's, of which we keep a copy
send     the file is sent upstream, and bound to the id it has there
index    it is put into its assistant's vector store, and waited for
attach   one transaction: the assistant uses it, the upload counts it, nothing of it is pending
end      instead, when it comes to nothing: why, counted by the upload

It may end anywhere: what was not written is done again by whoever finds the file due. Who is late
finds a condition failed, and believes what is stored.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    NotFoundError,
    OperationFailedError,
    RateLimitError,
    SupersededError,
)
from afterglow.domain.models import (
    Assistant,
    FailureKind,
    File,
    UploadError,
    UploadFile,
    UploadState,
)
from afterglow.ports.accounts import AccountRepository
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.files import FileRepository, Quota
from afterglow.ports.staging import Staging
from afterglow.ports.uploads import UploadRepository
from afterglow.services.failures import kind_of
from afterglow.services.indexing import Indexer, PostponedIndexingError
from afterglow.services.intake import Intake
from afterglow.services.pacing import wait_at
from afterglow.services.withdrawing import Withdrawal

# Whoever works at a file longer than this is dead; a big one takes so much longer, up to as long as
# a function lives that works at uploads.
LEASE = timedelta(seconds=35)
BYTES_A_SECOND = 1024 * 1024
LONGEST_LEASE = timedelta(seconds=310)
# An upload is not worth more tries than these, nor more time.
MOST_FAILURES = 5
LONGEST_LIFE = timedelta(days=1)
# After a failure, by how many there have been; more if it has taken long already.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60))
FIRST_WAIT = BACK_OFF[0]

OWNER_GONE = UploadError("user_deleted", "The user is deleted")
ABANDONED = UploadError("upload_abandoned", "The file was begun too often")
COPY_LOST = UploadError("file_missing", "The file is not there any more")
DELETED = UploadError(
    "file_deleted",
    "The file, which was there already, was deleted: upload it again",
    FailureKind.INVALID_INPUT,
)
# Of bytes that will be no better the next time.
USELESS_BYTES = frozenset({"checksum_mismatch", "file_missing"})
TOO_OLD = UploadError("upload_expired", "The file took too long")


class FileGoneError(Exception):
    """The file that an upload's file has become is there no more."""


@dataclass(slots=True)
class _Work:
    """A file under somebody's hands, as it was last written."""

    entry: UploadFile
    until: datetime


@dataclass(frozen=True, slots=True)
class Ingester:
    """Moves files of uploads on."""

    accounts: AccountRepository
    uploads: UploadRepository
    files: FileRepository
    assistants: AssistantRepository
    staging: Staging
    intake: Intake
    indexer: Indexer
    withdrawal: Withdrawal
    quota: Quota
    now: Clock

    def drive(self, entry: UploadFile, *, until: datetime) -> UploadFile:
        """Move a file on until it is over or the time is, and return it as it stands.

        Raises what the vendors of the ports raise: then it stays as it is, for whoever finds it
        due.
        """
        if entry.state is not UploadState.IN_PROGRESS:
            return entry
        work = _Work(entry, until)
        try:
            if (error := self._hopeless(entry)) is not None:
                return self.withdrawal.end(entry, UploadState.FAILED, error)
            self._drive(work)
        except SupersededError:
            stored = self.uploads.file(entry.user_id, entry.upload_id, entry.number)
            self.withdrawal.undo(work.entry, stored)
            return stored
        return work.entry

    def _hopeless(self, entry: UploadFile) -> UploadError | None:
        if self.accounts.get(entry.user_id) is None:
            # What is begun from now on would come after all is cleared away.
            return OWNER_GONE
        if entry.failures >= MOST_FAILURES:
            return ABANDONED
        return TOO_OLD if self.now() >= entry.created_at + LONGEST_LIFE else None

    def _drive(self, work: _Work) -> None:
        claimed = replace(work.entry, failures=work.entry.failures + 1)
        work.entry = self.uploads.claim(claimed, self.now() + _lease(claimed))
        try:
            file = self._taken(work)
            self.indexer.index(work.entry, file, work.until)
            self._attach(work, file)
        except SupersededError:
            raise
        except PostponedIndexingError as later:
            self._postpone(work, later.wait, failures=0)
        except FileGoneError:
            self._begin_again(work)
        except FileNotFoundError:
            # Our copy: somebody has deleted the file meanwhile.
            self._fail(work, COPY_LOST)
        except DomainError as error:
            self._meet(work, error)

    def _meet(self, work: _Work, error: DomainError) -> None:
        """Try again later what may go better then; end what will not."""
        wait = _wait(work.entry, error, self.now())
        if isinstance(error, RateLimitError | ConflictError):
            # Nobody's failure: we are too fast, or somebody else is at it.
            self._postpone(work, wait, failures=0)
        elif isinstance(error, OperationFailedError) and work.entry.failures < MOST_FAILURES:
            self._postpone(work, wait, failures=work.entry.failures)
        else:
            if error.code in USELESS_BYTES:
                self._unstage(work.entry)
            self._fail(work, error_of(error))

    def _begin_again(self, work: _Work) -> None:
        """Take a file that was deleted on its way once more, if its bytes ever came."""
        was_known = work.entry.is_known
        work.entry = replace(work.entry, file_id=None, is_known=False)
        if was_known and self.staging.inspect(work.entry) is None:
            self._unstage(work.entry)
            self._fail(work, DELETED)
        else:
            self._postpone(work, FIRST_WAIT, failures=work.entry.failures)

    def _unstage(self, entry: UploadFile) -> None:
        """Have nobody take staged bytes again that are of no use: the right ones are to come."""
        if entry.staged_as is not None:
            self.uploads.unstage(entry)

    def _fail(self, work: _Work, error: UploadError) -> None:
        work.entry = self.withdrawal.end(work.entry, UploadState.FAILED, error)

    def _taken(self, work: _Work) -> File:
        entry = work.entry
        if entry.file_id is not None:
            return self._file(entry.user_id, entry.file_id)
        assistant = self.assistants.get(entry.user_id, entry.assistant_id or 0)
        has_code = has_code_interpreter(assistant)
        file, is_known = self.intake.take(entry, has_code_interpreter=has_code)
        work.entry = replace(entry, file_id=file.id, is_known=is_known)
        try:
            self.uploads.update(work.entry)
        except SupersededError:
            self.withdrawal.drop(work.entry)
            raise
        if entry.staged_as is not None:
            self.uploads.keep_staged(entry, file.id)
        return file

    def _file(self, user_id: int, file_id: str) -> File:
        try:
            return self.files.get(user_id, file_id)
        except NotFoundError:
            raise FileGoneError from None

    def _attach(self, work: _Work, file: File) -> None:
        ended = work.entry.ended(UploadState.COMPLETED)
        # Read again: it has been sent upstream meanwhile.
        self.files.attach(ended, self._file(file.user_id, file.id), self.quota)
        if ended.staged_as is None:
            self.staging.delete(ended)
        work.entry = ended

    def _postpone(self, work: _Work, wait: timedelta, *, failures: int) -> None:
        later = replace(work.entry, lease_until=self.now() + wait, failures=failures)
        self.uploads.update(later)
        work.entry = later


def look_again(queue: UploadQueue, entry: UploadFile, now: datetime) -> None:
    """Have a file that is not over looked at again when it is due."""
    if not entry.is_over:
        wait = max(entry.lease_until - now, timedelta(0))
        queue.send(entry.user_id, entry.upload_id, entry.number, after=wait)


def needed_for(entry: UploadFile) -> timedelta:
    """Return how long a file's bytes may take."""
    return timedelta(seconds=entry.size / BYTES_A_SECOND)


def _lease(entry: UploadFile) -> timedelta:
    return min(LEASE + needed_for(entry), LONGEST_LEASE)


def _wait(entry: UploadFile, error: DomainError, now: datetime) -> timedelta:
    """Return how long to wait for another try: as long as we are told, or longer and longer."""
    given = error.retry_after if isinstance(error, RateLimitError) else None
    if given is not None:
        return timedelta(seconds=given)
    shortest = BACK_OFF[min(entry.failures, len(BACK_OFF)) - 1]
    return wait_at(now - entry.created_at, shortest=shortest, longest=BACK_OFF[-1])


def has_code_interpreter(assistant: Assistant) -> bool:
    """Tell whether an assistant reads what only code does."""
    return any(tool.type == "code_interpreter" for tool in assistant.spec.tools)


def error_of(error: DomainError) -> UploadError:
    """Return an error as a file of an upload remembers it."""
    code = error.code or (error.details[0]["code"] if error.details else "upload_failed")
    return UploadError(code, error.message, kind_of(error))
