"""Making staged bytes a user's file: looked through, judged by their type, copied, counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import InvalidInputError, LimitExceededError
from afterglow.domain.file_types import use_of
from afterglow.domain.identifiers import derived_id
from afterglow.domain.models import File, UploadFile
from afterglow.ports.files import FileRepository, Quota
from afterglow.ports.staging import CopyRepository, Inspection, Staging

MISSING = "The file's bytes are not there, or are being replaced"


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes bytes in. To be killed anywhere and done again leaves one file and one copy."""

    files: FileRepository
    staging: Staging
    copies: CopyRepository
    quota: Quota

    def take(self, entry: UploadFile, *, has_code_interpreter: bool) -> tuple[File, bool]:
        """Return the file that an upload's staged bytes are, and whether the user had it before.

        Raises InvalidInputError if they are not there, not what was announced, or of a type that
        the assistant has no tool for; LimitExceededError beyond the user's quota.
        """
        inspection = self._inspected(entry)
        use = use_of(entry.path, inspection, has_code_interpreter=has_code_interpreter)
        file = File(
            # The same again whoever goes on, so that a copy is never made twice; in their order.
            id=derived_id("file-", _moment(entry), entry.upload_id, str(entry.number)),
            user_id=entry.user_id,
            path=entry.path,
            size=inspection.size,
            sha256=inspection.sha256,
            use=use,
            created_at=entry.created_at,
        )
        known = self.files.find(entry.user_id, entry.path, inspection.sha256)
        if known is not None:
            # It may be what was added here before, by somebody who died of it.
            return known, known.id != file.id
        return self._added(entry, file)

    def _inspected(self, entry: UploadFile) -> Inspection:
        found = self.staging.inspect(entry)
        if found is None:
            raise InvalidInputError(MISSING, code="file_missing")
        if entry.sha256 is not None and entry.sha256 != found.sha256:
            raise InvalidInputError(
                "The file is not the one that was announced", code="checksum_mismatch"
            )
        return found

    def _added(self, entry: UploadFile, file: File) -> tuple[File, bool]:
        # The copy first: a file without one could not be sent anywhere.
        try:
            self.copies.keep(entry, file)
        except FileNotFoundError:
            raise InvalidInputError(MISSING, code="file_missing") from None
        try:
            added = self.files.add(file, self.quota)
        except LimitExceededError:
            self.copies.delete(file.user_id, file.id)
            raise
        if added.id != file.id:
            # Somebody else has added the same meanwhile.
            self.copies.delete(file.user_id, file.id)
        return added, added.id != file.id


def _moment(entry: UploadFile) -> datetime:
    return entry.created_at + timedelta(milliseconds=entry.number)
