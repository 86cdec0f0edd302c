"""Uploads: files on their way to an assistant."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from afterglow.domain.models.runs import FailureKind


class UploadKind(StrEnum):
    """How an upload came about.

    DIRECT: with its bytes in the request. FORMS: by presigned forms. DIRECTORY: from what was
    staged in a folder. MOVE: from our copies, since the key belongs to another project.
    """

    DIRECT = "direct"
    FORMS = "forms"
    DIRECTORY = "directory"
    MOVE = "move"


class UploadState(StrEnum):
    """Where a file of an upload stands. Every one that arrives ends in one of the last three.

    AWAITING: its bytes have not come. STAGED: they have, and wait for `upload-directory`.
    IN_PROGRESS: it is on its way. EXPIRED: they have not come in time; it is never stored, only
    seen.
    """

    AWAITING = "awaiting"
    STAGED = "staged"
    IN_PROGRESS = "in_progress"
    EXPIRED = "expired"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({UploadState.COMPLETED, UploadState.FAILED, UploadState.CANCELLED})


@dataclass(frozen=True, slots=True)
class UploadError:
    """Why a file came to nothing: a code for programs, a text that its owner may see."""

    code: str
    message: str
    kind: FailureKind = FailureKind.OPERATION_FAILED


@dataclass(frozen=True, slots=True)
class UploadFile:
    """One file of an upload, the `number`th (from 0).

    `attempt` is the fencing token, as a run's: whoever holds the number last written may write on.
    Until `lease_until` somebody is at work on it, or is not to be before then; after that it is
    due. `file_id` once its bytes are ours. `staged_as` names the upload and number whose staged
    bytes it takes, if not its own. `is_known` if the user had the same file before, so that nothing
    was sent upstream again. `failures` counts the attempts that came to nothing: one that was
    claimed is taken for failed until it says otherwise.
    """

    user_id: int
    upload_id: str
    number: int
    path: str
    size: int
    state: UploadState
    created_at: datetime
    lease_until: datetime
    assistant_id: int | None = None
    sha256: str | None = None
    content_type: str | None = None
    attempt: int = 0
    failures: int = 0
    file_id: str | None = None
    staged_as: tuple[str, int] | None = None
    is_known: bool = False
    error: UploadError | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The upload and number under which its bytes are staged."""
        return self.staged_as or (self.upload_id, self.number)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.state in OVER

    def is_due(self, now: datetime) -> bool:
        """Tell whether to look at it: one that nobody has begun need not wait for its time."""
        return self.attempt == 0 or now >= self.lease_until

    def ended(self, state: UploadState, error: UploadError | None = None) -> Self:
        """Return it as it is once it is over."""
        return replace(self, state=state, error=error)


@dataclass(frozen=True, slots=True)
class Upload:
    """Some files on their way. `is_planned` once all of its files are recorded.

    `completed`, `failed`, `cancelled` and `known` count those that are over; `known` is among the
    completed. `directory` is the folder of one of kind DIRECTORY. Until `lease_until` somebody is
    at work on planning it.
    """

    id: str
    user_id: int
    kind: UploadKind
    created_at: datetime
    lease_until: datetime
    assistant_id: int | None = None
    directory: str | None = None
    is_planned: bool = True
    total: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    known: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.is_planned and self.completed + self.failed + self.cancelled >= self.total

    def file(
        self,
        number: int,
        *,
        path: str,
        size: int,
        lease_until: datetime,
        state: UploadState = UploadState.IN_PROGRESS,
    ) -> UploadFile:
        """Return its `number`th file as it is when it begins, for the upload's assistant."""
        return UploadFile(
            user_id=self.user_id,
            upload_id=self.id,
            number=number,
            path=path,
            size=size,
            state=state,
            created_at=self.created_at,
            lease_until=lease_until,
            assistant_id=self.assistant_id,
        )


@dataclass(frozen=True, slots=True)
class Staged:
    """A file in the user's staging area, by its path: where its bytes are, or which file it is.

    Bytes are those of the `number`th file of `upload_id`; with a `file_id` they are ours already.
    `sha256`, in hex, is what whoever sent them says of them.
    """

    user_id: int
    path: str
    size: int
    upload_id: str
    number: int
    staged_at: datetime
    sha256: str | None = None
    file_id: str | None = None
