"""Files, and where they are upstream."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FileUse(StrEnum):
    """The tool that can read a file, by its type."""

    SEARCH = "file_search"
    CODE = "code_interpreter"


@dataclass(frozen=True, slots=True)
class Library:
    """What a user's files come to, and whether the stored key opens where they are upstream.

    `generation` grows when they move to another of OpenAI's projects: ids of an older one mean
    nothing any more. While it is not `is_settled`, nobody has yet looked whether the stored key
    belongs to the project of the last one; `key_changes` counts how often there was something to
    look at. `size` is in bytes.
    """

    user_id: int
    files: int = 0
    size: int = 0
    generation: int = 0
    is_settled: bool = True
    key_changes: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file of a user, of which we keep a copy.

    `path` is relative, as it was uploaded, `name` its last segment, `size` in bytes, `sha256` in
    hex. `upstream_id` is OpenAI's id of it in `generation` of its user's library.
    `assistant_ids` are the assistants that use it.
    """

    id: str
    user_id: int
    path: str
    size: int
    sha256: str
    use: FileUse
    created_at: datetime
    upstream_id: str | None = None
    generation: int = 0
    assistant_ids: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """What it is called without its folders."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class VectorStore:
    """Where an assistant's files are indexed upstream, in a generation of the user's library."""

    user_id: int
    assistant_id: int
    upstream_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Citation:
    """That an answer rests on a file, at `index` of its text, counted in code points.

    `file_id` is None once the file is gone.
    """

    file_id: str | None
    file_name: str
    index: int
