"""Having a file of ours upstream, and in the vector store of an assistant."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import (
    FILE_LOST,
    STORE_LOST,
    DomainError,
    InvalidInputError,
    OperationFailedError,
)
from afterglow.domain.models import File, FileUse, UploadFile, VectorStore
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.files import FileRepository
from afterglow.ports.staging import CopyRepository
from afterglow.ports.upstream_files import IndexingState, UpstreamFiles
from afterglow.services.moving import Mover
from afterglow.services.opening import Upstreams
from afterglow.services.pacing import wait_at

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
GROWTH = 1.5
# Before somebody else looks again.
LONGEST_REST = timedelta(seconds=30)
# Of one whose library is not settled, the longest that the queue holds a message back. It may stay
# so for as long as nobody can ask where the key leads; once it is settled, whoever waits is woken.
LONGEST_UNSETTLED_REST = timedelta(minutes=15)


class PostponedIndexingError(Exception):
    """The file is not indexed yet: to be looked at again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("The file is being indexed")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Indexer:
    """Sends files upstream and has them indexed. `sleep` takes seconds."""

    files: FileRepository
    assistants: AssistantRepository
    copies: CopyRepository
    upstreams: Upstreams
    mover: Mover
    now: Clock
    sleep: Callable[[float], None]

    def index(self, entry: UploadFile, file: File, until: datetime) -> None:
        """Have a file where its assistant's runs find it.

        Raises PostponedIndexingError if that takes longer than `until`, or the user's files are
        about to move (InvalidInputError if there is no key that they could follow); NotFoundError
        if the file or the assistant is gone meanwhile; InvalidInputError if OpenAI cannot read it;
        and what the upstream raises. A file that is no longer there is sent again the next time.
        """
        # The library before the key: what the key opens is of this generation or, if the files have
        # moved in between, of a later one. Then the file is not used, but sent again.
        library = self.files.library(file.user_id)
        if not library.is_settled:
            # Without a key nobody will look where it leads, as long as there is none.
            self.upstreams.require_key(file.user_id)
            raise PostponedIndexingError(self._rest(entry, longest=LONGEST_UNSETTLED_REST))
        upstream = self.upstreams.of_owner(file.user_id)
        sent = self._sent(upstream, file, library.generation)
        if sent.use is not FileUse.SEARCH:
            return
        try:
            self._indexed(upstream, entry, sent, until)
        except OperationFailedError as error:
            if error.code in {STORE_LOST, FILE_LOST}:
                self._note_loss(entry, sent, error.code)
            raise

    def _note_loss(self, entry: UploadFile, sent: File, code: str) -> None:
        """Have made again what is no longer upstream, unless it is we who have deleted it."""
        self.files.get(sent.user_id, sent.id)
        self.assistants.get(sent.user_id, entry.assistant_id or 0)
        if code == FILE_LOST:
            # Deleted by hand, since its store is there. That counts, and the next try sends it.
            self.files.unbind(sent)
            return
        # Deleted by hand as well, or the key is of another project by now.
        self.mover.begin(sent.user_id)
        rest = self._rest(entry, longest=LONGEST_UNSETTLED_REST)
        raise PostponedIndexingError(rest) from None

    def _sent(self, upstream: UpstreamFiles, file: File, generation: int) -> File:
        if file.upstream_id is not None and file.generation == generation:
            return file
        upstream_id, bound = upstream.upload(self.copies.source(file)), None
        try:
            bound = self.files.bind(file, upstream_id, generation)
        finally:
            if bound is None or bound.upstream_id != upstream_id:
                # Somebody else was first, or the file is gone: nobody will know of this one.
                with suppress(DomainError):
                    upstream.delete(upstream_id)
        return bound

    def _indexed(
        self, upstream: UpstreamFiles, entry: UploadFile, file: File, until: datetime
    ) -> None:
        store, upstream_id = self._store(upstream, entry, file), file.upstream_id or ""
        indexing = upstream.index(store.upstream_id, upstream_id)
        wait = FIRST_WAIT
        while indexing.state is IndexingState.WORKING:
            if self.now() + timedelta(seconds=wait) > until:
                raise PostponedIndexingError(self._rest(entry))
            self.sleep(wait)
            wait = min(wait * GROWTH, LONGEST_WAIT)
            indexing = upstream.indexing(store.upstream_id, upstream_id)
        if indexing.state is IndexingState.FAILED:
            upstream.unindex(store.upstream_id, upstream_id)
            raise InvalidInputError(
                "OpenAI could not read the file", code=indexing.error_code or "indexing_failed"
            )

    def _store(self, upstream: UpstreamFiles, entry: UploadFile, file: File) -> VectorStore:
        """Return the store of the file's assistant, made on first need."""
        assistant_id = entry.assistant_id or 0
        store = self.files.store(file.user_id, assistant_id)
        if store is not None and store.generation == file.generation:
            return store
        made = upstream.create_store(f"afterglow assistant {assistant_id}")
        kept = None
        try:
            kept = self.files.put_store(
                VectorStore(file.user_id, assistant_id, made, file.generation)
            )
        finally:
            if kept is None or kept.upstream_id != made:
                # Somebody else was first, or the assistant is gone: nobody will know of this one.
                with suppress(DomainError):
                    upstream.delete_store(made)
        return kept

    def _rest(self, entry: UploadFile, *, longest: timedelta = LONGEST_REST) -> timedelta:
        return wait_at(self.now() - entry.created_at, longest=longest)
