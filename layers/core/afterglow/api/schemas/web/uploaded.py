"""What becomes of an upload that somebody waits for."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from afterglow.api.schemas.base import Answer
from afterglow.api.schemas.web.uploads import UploadErrorOut
from afterglow.domain.models import Upload, UploadFile


class TakenOut(Answer):
    """What an assistant has been given: `file_ids` are all that it uses."""

    assistant_id: int
    file_ids: list[str]
    message: str
    upload_id: str


class UploadedOut(TakenOut):
    """That a file is its assistant's: `file_id` is this one."""

    file_id: str


class FailedFileOut(UploadErrorOut):
    """A file that came to nothing, and why."""

    path: str


class DirectoryOut(TakenOut):
    """That the files of a folder are their assistant's: `skipped` were the user's before."""

    skipped: int
    failed: list[FailedFileOut]

    @classmethod
    def of(cls, upload: Upload, file_ids: Sequence[str], entries: Iterable[UploadFile]) -> Self:
        """Return the body of an upload that is over."""
        return cls(
            assistant_id=upload.assistant_id or 0,
            file_ids=list(file_ids),
            message=success(upload.completed - upload.known),
            upload_id=upload.id,
            skipped=upload.known,
            failed=[
                FailedFileOut(path=entry.path, code=entry.error.code, message=entry.error.message)
                for entry in entries
                if entry.error
            ],
        )


class UploadAcceptedOut(Answer):
    """An upload that goes on."""

    upload_id: str
    assistant_id: int
    status: Literal["in_progress"] = "in_progress"


class FileAcceptedOut(UploadAcceptedOut):
    """An upload of one file that goes on: `file_id` is null until its bytes are the user's."""

    file_id: str | None


def success(count: int) -> str:
    """Return what is said of so many files that were uploaded."""
    return f"Successfully uploaded {count} file(s)"
