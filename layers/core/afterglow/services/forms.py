"""Uploads by presigned forms, and what happens when their bytes arrive."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

from afterglow.domain.errors import (
    InvalidInputError,
    NotFoundError,
    SupersededError,
)
from afterglow.domain.file_types import use_by_name
from afterglow.domain.models import (
    File,
    IdempotencyClaim,
    Staged,
    Upload,
    UploadFile,
    UploadKind,
    UploadState,
    User,
)
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadQueue
from afterglow.ports.files import FileRepository, Quota, file_quota_reached
from afterglow.ports.staging import Form, Staging
from afterglow.ports.uploads import UploadRepository
from afterglow.services.announcing import Announced, check
from afterglow.services.ingesting import error_of, has_code_interpreter
from afterglow.services.new_uploads import new_upload
from afterglow.services.upload_states import seen_at

# Counts an upload, and what it is given as the bytes of its forms and as files that need none,
# unless what follows is refused.
Charging = Callable[[User], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True)
class FormService:
    """Gives forms out, and takes note when bytes have come.

    With an assistant, files go to it as they arrive; without, they are staged in the user's folders
    until `upload-directory` takes them, and counts them. `charge_announcement` raises
    RateLimitError when a user uploads too often; so does what it gives, for too many bytes in a day
    or too many files that are there already and go to an assistant (again).
    """

    uploads: UploadRepository
    files: FileRepository
    assistants: AssistantRepository
    staging: Staging
    queue: UploadQueue
    quota: Quota
    charge_announcement: Charging
    now: Clock

    def open(
        self,
        user: User,
        assistant_id: int | None,
        announced: Sequence[Announced],
        *,
        claim: IdempotencyClaim | None = None,
    ) -> Upload:
        """Record files that are to come; those that are known or staged already need not come.

        One whose name says that no tool reads it has failed from the start. Raises NotFoundError if
        there is no such assistant, InvalidInputError, LimitExceededError beyond the user's quota,
        RateLimitError, and ConflictError if the claim is another request's.
        """
        check(announced)
        has_code = self._has_code_interpreter(user.id, assistant_id)
        with self.charge_announcement(user) as charge:
            upload, entries = self._begun(user, assistant_id, announced, has_code=has_code)
            coming = [each.number for each in entries if each.state is UploadState.IN_PROGRESS]
            size = sum(each.size for each in entries if each.state is UploadState.AWAITING)
            charge(size, len(coming))
            for entry in entries:
                if entry.state is UploadState.STAGED and entry.file_id is not None:
                    self._stage(entry)
            self.uploads.open(upload, entries, claim=claim)
        self.queue.send_many(user.id, upload.id, coming)
        return upload

    def form(self, entry: UploadFile) -> Form | None:
        """Return a form that takes the bytes of a file, None if they need not come (any more).

        Whoever asks again is given another, uncounted: it takes the same bytes to the same place.
        """
        is_awaited = seen_at(entry, self.now()).state is UploadState.AWAITING
        return self.staging.form(entry) if is_awaited else None

    def receive(self, user_id: int, upload_id: str, number: int) -> UploadFile | None:
        """Note that the bytes of a file have come, and return it as it stands then.

        None if nobody waits for them; twice is once.
        """
        try:
            entry = self.uploads.file(user_id, upload_id, number)
        except NotFoundError:
            return None
        if entry.state is not UploadState.AWAITING:
            return entry
        to_assistant = entry.assistant_id is not None
        state = UploadState.IN_PROGRESS if to_assistant else UploadState.STAGED
        received = replace(entry, state=state, lease_until=self.now())
        if not to_assistant:
            # Before it is recorded: whoever dies in between is followed by the same event.
            self._stage(received)
        try:
            return self.uploads.receive(received)
        except SupersededError:
            return self.uploads.file(user_id, upload_id, number)

    def _begun(
        self,
        user: User,
        assistant_id: int | None,
        announced: Sequence[Announced],
        *,
        has_code: bool,
    ) -> tuple[Upload, Sequence[UploadFile]]:
        """Return an upload of these files as it begins. Raises LimitExceededError."""
        known = self._known(user.id, announced)
        self._check_quota(user.id, [each for each in announced if each.path not in known])
        staged = self._staged(user.id, announced) if assistant_id is None else {}
        total = len(announced)
        upload = new_upload(user.id, UploadKind.FORMS, self.now(), assistant_id, total=total)
        entries = [
            _judged(
                self._entry(upload, number, each, known.get(each.path), staged.get(each.path)),
                has_code_interpreter=has_code,
            )
            for number, each in enumerate(announced)
        ]
        return replace(upload, failed=sum(each.is_over for each in entries)), entries

    def _has_code_interpreter(self, user_id: int, assistant_id: int | None) -> bool:
        """Without an assistant nobody knows yet: whatever any of them may read is taken."""
        if assistant_id is None:
            return True
        return has_code_interpreter(self.assistants.get(user_id, assistant_id))

    def _stage(self, entry: UploadFile) -> None:
        upload_id, number = entry.place
        self.uploads.stage(
            Staged(
                user_id=entry.user_id,
                path=entry.path,
                size=entry.size,
                upload_id=upload_id,
                number=number,
                staged_at=self.now(),
                sha256=entry.sha256,
                file_id=entry.file_id,
            )
        )

    def _entry(
        self,
        upload: Upload,
        number: int,
        announced: Announced,
        known: File | None,
        staged: Staged | None,
    ) -> UploadFile:
        entry = replace(
            upload.file(
                number,
                path=announced.path,
                size=announced.size,
                lease_until=upload.created_at + SOON,
                state=UploadState.AWAITING,
            ),
            sha256=announced.sha256,
            content_type=announced.content_type,
        )
        if known is not None:
            goes_on = upload.assistant_id is not None
            state = UploadState.IN_PROGRESS if goes_on else UploadState.STAGED
            return replace(entry, state=state, file_id=known.id, is_known=True)
        if staged is not None:
            place = (staged.upload_id, staged.number)
            return replace(entry, state=UploadState.STAGED, staged_as=place)
        return entry

    def _known(self, user_id: int, announced: Sequence[Announced]) -> Mapping[str, File]:
        """Return the user's files of the same paths and contents that an assistant uses.

        One that none uses (yet, or any more) may be gone before it is taken.
        """
        wanted = [(each.path, each.sha256) for each in announced if each.sha256 is not None]
        found = self.files.find_known(user_id, wanted)
        return {path: file for (path, _), file in found.items() if file.assistant_ids}

    def _staged(self, user_id: int, announced: Sequence[Announced]) -> Mapping[str, Staged]:
        """Return what lies in the staging area with the same path and the same content."""
        wanted = {each.path: each.sha256 for each in announced if each.sha256 is not None}
        folders = {path.partition("/")[0] if "/" in path else "" for path in wanted}
        return {
            staged.path: staged
            for folder in folders
            for staged in self.uploads.staged(user_id, folder)
            # One that became a file which is there is known; of one that is gone no bytes are left.
            if staged.file_id is None
            and staged.sha256 is not None
            and wanted.get(staged.path) == staged.sha256
        }

    def _check_quota(self, user_id: int, coming: Sequence[Announced]) -> None:
        """Refuse early what the quota will not take; it is counted when the bytes are there."""
        library = self.files.library(user_id)
        files = library.files + len(coming)
        size = library.size + sum(each.size for each in coming)
        if coming and (files > self.quota.files or size > self.quota.size):
            raise file_quota_reached()


# After which a known file is looked at by the sweeper, should the queue have lost it.
SOON = timedelta(minutes=1)


def _judged(entry: UploadFile, *, has_code_interpreter: bool) -> UploadFile:
    try:
        use_by_name(entry.path, has_code_interpreter=has_code_interpreter)
    except InvalidInputError as error:
        return entry.ended(UploadState.FAILED, error_of(error))
    return entry
