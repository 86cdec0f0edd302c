"""Files and vector stores upstream."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from afterglow.ports.staging import Source


class IndexingState(Enum):
    """Where the indexing of a file stands."""

    WORKING = auto()
    DONE = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Indexing:
    """Where the indexing of a file stands; the upstream's code when it has failed."""

    state: IndexingState
    error_code: str | None = None


class UpstreamFiles(Protocol):
    """Files and vector stores of one project, opened with one user's key.

    Every method raises InvalidInputError, RateLimitError, LimitExceededError or
    OperationFailedError with a code, never a vendor's error. What is not there is an
    OperationFailedError with the code `upstream_file_lost` or `vector_store_lost`.
    """

    def upload(self, source: Source) -> str:
        """Send a file and return its id, however big it is, holding little of it at a time.

        Raises what the source raises, as it is.
        """
        ...

    def delete(self, upstream_id: str) -> None:
        """Have a file gone, from every store as well; what is gone already is no error."""
        ...

    def create_store(self, name: str) -> str:
        """Make a vector store and return its id."""
        ...

    def has_store(self, store_id: str) -> bool:
        """Tell whether the key opens a store."""
        ...

    def delete_store(self, store_id: str) -> None:
        """Have a store gone; its files stay. What is gone already is no error."""
        ...

    def index(self, store_id: str, upstream_id: str) -> Indexing:
        """Put a file into a store. Doing it again asks how far it is."""
        ...

    def indexing(self, store_id: str, upstream_id: str) -> Indexing:
        """Return how far the indexing of a file is."""
        ...

    def unindex(self, store_id: str, upstream_id: str) -> None:
        """Take a file out of a store; what is gone already is no error."""
        ...


UpstreamFilesFactory = Callable[[str], UpstreamFiles]
