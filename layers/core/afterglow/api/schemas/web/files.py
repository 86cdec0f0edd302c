"""Files."""

from typing import Self

from afterglow.api.schemas.base import Answer, Timestamp
from afterglow.domain.models import File, FileUse
from afterglow.services.files import FileStatus


class FileOut(Answer):
    """A file, which tool reads it, and whether runs find it. The SHA-256 is in hex."""

    id: str
    name: str
    path: str
    size: int
    sha256: str
    use: FileUse
    status: FileStatus
    assistant_ids: list[int]
    created_at: Timestamp

    @classmethod
    def of(cls, file: File, status: FileStatus) -> Self:
        """Return the file's body."""
        return cls(
            id=file.id,
            name=file.name,
            path=file.path,
            size=file.size,
            sha256=file.sha256,
            use=file.use,
            status=status,
            assistant_ids=sorted(file.assistant_ids),
            created_at=file.created_at,
        )
