"""Files that somebody wants to upload by forms, and what cannot be announced."""

from collections.abc import Sequence
from dataclasses import dataclass

from afterglow.domain.errors import InvalidInputError

MOST_FORMS = 100
# OpenAI's own limit of a file for file_search (openai.md, 4.1).
LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that somebody wants to upload: its normalised path, size in bytes, SHA-256 in hex."""

    path: str
    size: int
    content_type: str | None = None
    sha256: str | None = None


def check(announced: Sequence[Announced]) -> None:
    """Raise InvalidInputError for too many files, a path that comes twice, or a bad size."""
    if not 1 <= len(announced) <= MOST_FORMS:
        raise _invalid("too_many", f"From 1 to {MOST_FORMS} files at a time")
    paths = [each.path for each in announced]
    if len(set(paths)) < len(paths):
        raise _invalid("repeated", "A path comes twice")
    if any(not 1 <= each.size <= LARGEST_FILE for each in announced):
        raise _invalid("size", f"From 1 to {LARGEST_FILE} bytes a file")


def _invalid(code: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        "Validation failed", details=({"field": "files", "code": code, "message": message},)
    )
