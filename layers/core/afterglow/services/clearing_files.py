"""Clearing away what deleted files left: at OpenAI, our copies, then what was noted of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from afterglow.ports.clock import Clock
from afterglow.ports.deletions import Deletion, FileRemains, LeftFile
from afterglow.ports.staging import CopyRepository
from afterglow.services.forgetting import Upstream


@dataclass(frozen=True, slots=True)
class FileClearing:
    """Steps of `clearing` that are about files.

    Each forgets one thing upstream and notes it: however short a pass, the next one is further.
    """

    remains: FileRemains
    copies: CopyRepository
    now: Clock

    def has_uploads(self, user_id: int) -> bool:
        """Tell whether somebody may still be at work on uploads of a deleted user."""
        return self.remains.has_uploads(user_id)

    def clear_file(self, deletion: Deletion, upstream: Upstream) -> Iterator[None]:
        """Clear a deleted file away."""
        file = LeftFile(deletion.user_id, deletion.name, deletion.upstream_ids)
        _forget(file, upstream)
        self.copies.delete(file.user_id, file.id)
        self.remains.clear_file(file)
        yield

    def clear_assistant(
        self, user_id: int, assistant_id: int, upstream: Upstream
    ) -> Iterator[None]:
        """Clear a deleted assistant's store away, and delete the files that nobody else uses."""
        store = self.remains.store(user_id, assistant_id)
        if store is not None:
            upstream.forget_store(store.upstream_id)
            self.remains.clear_store(store)
            yield
        for file_id in self.remains.used_by(user_id, assistant_id):
            self.remains.detach(user_id, assistant_id, file_id, self.now())
            yield
        self.remains.clear_shelf(user_id, assistant_id)

    def clear_library(self, user_id: int, upstream: Upstream) -> Iterator[None]:
        """Clear all files of a deleted user away, and everything that was noted of them."""
        for store in self.remains.stores(user_id):
            upstream.forget_store(store.upstream_id)
            self.remains.clear_store(store)
            yield
        for file in self.remains.files(user_id):
            _forget(file, upstream)
            self.remains.clear_file(file)
            yield
        self.copies.delete_all(user_id)
        yield
        self.remains.clear_library(user_id)


def _forget(file: LeftFile, upstream: Upstream) -> None:
    for upstream_id in sorted(file.upstream_ids):
        upstream.forget_file(upstream_id)
