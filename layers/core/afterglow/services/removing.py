"""Files that their owners want gone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from afterglow.domain.errors import DomainError
from afterglow.domain.models import File, User, VectorStore
from afterglow.ports.clock import Clock
from afterglow.ports.files import FileRepository
from afterglow.services.opening import Upstreams

# Stores that a request has the time to take a file out of.
MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class FileRemoval:
    """Deletes files here and, as far as a request has the time, upstream."""

    files: FileRepository
    upstreams: Upstreams
    now: Clock

    def delete(self, user: User, file_id: str) -> None:
        """Have a file gone: no run that begins from now on finds it.

        What cannot be reached just now is cleared away later. Raises NotFoundError, ConflictError.
        """
        file = self.files.get(user.id, file_id)
        stores = [self.files.store(user.id, each) for each in sorted(file.assistant_ids)]
        self.files.delete(file, self.now())
        # From here on the reaper does what this does not, and has our copy gone.
        with suppress(DomainError):
            self._forget(user, file, [store for store in stores[:MOST_AT_ONCE] if store])

    def _forget(self, user: User, file: File, stores: Sequence[VectorStore]) -> None:
        if file.upstream_id is None:
            return
        upstream = self.upstreams.of(user)
        for store in stores:
            # Deleting the file takes it out of them, too, but only by and by.
            upstream.unindex(store.upstream_id, file.upstream_id)
        upstream.delete(file.upstream_id)
