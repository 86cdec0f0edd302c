"""Files of a user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from afterglow.domain.models import File, Library, User
from afterglow.ports.files import FileRepository


class FileStatus(StrEnum):
    """Whether runs find a file: it may be on its way to where the user's key leads."""

    READY = "ready"
    MOVING = "moving"


@dataclass(frozen=True, slots=True)
class FileService:
    """What a user has, and which assistants use it."""

    files: FileRepository

    def list(
        self, user: User, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[tuple[File, FileStatus]]:
        """Return the user's files beyond an id, in the order they were added."""
        library = self.files.library(user.id)
        found = self.files.list(user.id, after=after, page_size=page_size)
        return ((file, _status(file, library)) for file in found)

    def used_by(self, user_id: int, assistant_id: int) -> Sequence[str]:
        """Return the ids of the files that an assistant uses, in the order they were added."""
        return self.files.attached_to(user_id, assistant_id)

    def used(self, user: User) -> Mapping[int, Sequence[str]]:
        """Return the ids of the files that each assistant uses, in the order they were added."""
        return self.files.attached_ids(user.id)


def _status(file: File, library: Library) -> FileStatus:
    is_there = file.upstream_id is not None and file.generation == library.generation
    return FileStatus.READY if is_there and library.is_settled else FileStatus.MOVING
