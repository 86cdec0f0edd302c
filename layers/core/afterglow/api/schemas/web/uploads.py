"""Uploads: files on their way, and what has become of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from afterglow.api.schemas.base import Answer, Timestamp
from afterglow.domain.models import Upload, UploadError, UploadFile, UploadKind, UploadState
from afterglow.ports.staging import Form

Standing = Literal["in_progress", "completed", "failed", "cancelled"]


class UploadErrorOut(Answer):
    """Why a file came to nothing: a code for programs, a text for people."""

    code: str
    message: str

    @classmethod
    def of(cls, error: UploadError | None) -> Self | None:
        """Return the error's body, None without one."""
        return None if error is None else cls(code=error.code, message=error.message)


class FormOut(Answer):
    """A form that takes a file's bytes: POST `fields`, then `file`, to `url`."""

    url: str
    fields: Mapping[str, str]
    expires_at: Timestamp


class UploadFileOut(Answer):
    """A file of an upload."""

    number: int
    path: str
    size: int
    status: UploadState
    file_id: str | None
    error: UploadErrorOut | None

    @classmethod
    def of(cls, entry: UploadFile) -> Self:
        """Return the file's body."""
        return cls(**_facts_of(entry))


class AnnouncedFileOut(UploadFileOut):
    """A file that is to come, with the form that takes it; null if its bytes are not wanted."""

    upload: FormOut | None

    @classmethod
    def with_form(cls, entry: UploadFile, form: Form | None) -> Self:
        """Return the file's body."""
        shown = form and FormOut(url=form.url, fields=form.fields, expires_at=form.expires_at)
        return cls(**_facts_of(entry), upload=shown)


class UploadOut(Answer):
    """An upload. `known` counts those completed that were there before."""

    id: str
    kind: UploadKind
    assistant_id: int | None
    directory: str | None
    status: Standing
    total: int
    completed: int
    failed: int
    cancelled: int
    known: int
    created_at: Timestamp

    @classmethod
    def of(cls, upload: Upload, state: UploadState) -> Self:
        """Return the upload's body."""
        return cls(**_facts(upload, state))


class UploadWithFilesOut(UploadOut):
    """An upload and its files."""

    files: list[UploadFileOut]

    @classmethod
    def with_files(cls, upload: Upload, state: UploadState, files: list[UploadFileOut]) -> Self:
        """Return the upload's body."""
        return cls(**_facts(upload, state), files=files)


class NewUploadOut(UploadOut):
    """An upload that was just opened, with forms for what it waits for."""

    files: list[AnnouncedFileOut]

    @classmethod
    def with_forms(
        cls, upload: Upload, state: UploadState, files: Iterable[AnnouncedFileOut]
    ) -> Self:
        """Return the upload's body."""
        return cls(**_facts(upload, state), files=list(files))


def _facts(upload: Upload, state: UploadState) -> dict[str, Any]:
    return {
        "id": upload.id,
        "kind": upload.kind,
        "assistant_id": upload.assistant_id,
        "directory": upload.directory,
        "status": state.value,
        "total": upload.total,
        "completed": upload.completed,
        "failed": upload.failed,
        "cancelled": upload.cancelled,
        "known": upload.known,
        "created_at": upload.created_at,
    }


def _facts_of(entry: UploadFile) -> dict[str, Any]:
    return {
        "number": entry.number,
        "path": entry.path,
        "size": entry.size,
        "status": entry.state,
        "file_id": entry.file_id,
        "error": UploadErrorOut.of(entry.error),
    }
