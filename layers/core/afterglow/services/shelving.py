"""Which files the tools of a run's assistant may read, once none is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.models import File, FileUse, Library, Run, VectorStore
from afterglow.ports.clock import Clock
from afterglow.ports.engine import NO_FILES, PromptFiles
from afterglow.ports.files import FileRepository

# What a container takes.
MOST_CODE_FILES = 50
# What has not begun to move by then has been tried, and could not be moved.
TIME_TO_BEGIN_MOVING = timedelta(minutes=3)


class FilesOnTheirWayError(Exception):
    """The assistant's files are to be looked at again later: some are being indexed, or move."""


@dataclass(frozen=True, slots=True)
class Shelving:
    """Looks at an assistant's files, in few trips and none where no tool reads any."""

    files: FileRepository
    now: Clock

    def files_of(self, run: Run) -> PromptFiles:
        """Return what the run's tools may read. Raises FilesOnTheirWayError."""
        uses = run.spec.file_uses
        if not uses:
            return NO_FILES
        shelf = self.files.shelf(run.user_id, run.assistant_id)
        if shelf.is_pending:
            raise FilesOnTheirWayError
        store = shelf.store if FileUse.SEARCH in uses else None
        code = self._code_files(run) if FileUse.CODE in uses else ()
        return self._current(run, store, code) if store or code else NO_FILES

    def _code_files(self, run: Run) -> Sequence[File]:
        return self.files.code_files(run.user_id, run.assistant_id, most=MOST_CODE_FILES)

    def _current(self, run: Run, store: VectorStore | None, code: Sequence[File]) -> PromptFiles:
        """Return what the stored key opens: it is of the project of the library's generation."""
        library = self.files.library(run.user_id)
        opened = PromptFiles(
            vector_store_id=store.upstream_id if store and _is_there(store, library) else None,
            code_file_ids=tuple(
                file.upstream_id for file in code if file.upstream_id and _is_there(file, library)
            ),
        )
        if not library.is_settled or (opened == NO_FILES and self._may_move(run)):
            raise FilesOnTheirWayError
        return opened

    def _may_move(self, run: Run) -> bool:
        """Tell whether all may be left behind since nobody has begun to move it yet.

        What could not be moved stays behind for good: then the others have to do.
        """
        return self.now() < run.created_at + TIME_TO_BEGIN_MOVING


def _is_there(thing: VectorStore | File, library: Library) -> bool:
    return thing.generation == library.generation
