"""Files follow the key: when it belongs to another of OpenAI's projects, they are rebuilt there.

A key does not say which project it is of. So whenever one is stored, the user's files are held for
unsettled until somebody has looked whether the new key opens the stores that the old one did.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from afterglow.domain.models import (
    File,
    FileUse,
    Library,
    Upload,
    UploadFile,
    UploadKind,
)
from afterglow.ports.clock import Clock
from afterglow.ports.dispatching import UploadLauncher, UploadQueue
from afterglow.ports.files import FileRepository
from afterglow.ports.uploads import UploadRepository
from afterglow.services.new_uploads import WORKING, new_upload
from afterglow.services.opening import Upstreams

# Whoever plans longer than this is dead.
PLANNING = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Mover:
    """Has files rebuilt where a new key can see them."""

    files: FileRepository
    uploads: UploadRepository
    upstreams: Upstreams
    queue: UploadQueue
    launcher: UploadLauncher
    now: Clock

    def begin(self, user_id: int) -> None:
        """Have somebody look where the user's key leads; nothing happens without files."""
        upload = self.hold(user_id)
        if upload is not None:
            self.queue.send(user_id, upload.id)

    def bring_back(self, user_id: int, upstream_id: str | None) -> None:
        """Have made again what is no longer upstream: this file, or whatever it is."""
        upload = self.hold(user_id)
        if upload is None:
            return
        if upstream_id is not None:
            # It is held before: a plan that does not know of this yet is not the last one.
            for file in self.files.by_upstream_ids(user_id, [upstream_id]).values():
                if file.upstream_id == upstream_id:
                    self.files.unbind(file)
        self.queue.send(user_id, upload.id)

    def is_settled(self, user_id: int) -> bool:
        """Tell whether it is known that the stored key opens where the user's files are."""
        return self.files.library(user_id).is_settled

    def hold(self, user_id: int) -> Upload | None:
        """Hold a user's files for unsettled, and return what will look where the key leads then.

        That is None without files. It is there first: whoever dies before the key is another leaves
        it to the sweeper.
        """
        is_empty = self.files.library(user_id) == Library(user_id)
        upload = None if is_empty else self._opened(user_id)
        if self.files.unsettle(user_id):
            return upload or self._opened(user_id)
        return None

    def follow(self, upload: Upload) -> None:
        """Have it looked where the key leads that has been stored since the files were held."""
        # Once more: whoever has looked in between may have done so with the key before.
        self.files.unsettle(upload.user_id)
        self.queue.send(upload.user_id, upload.id)

    def _opened(self, user_id: int) -> Upload:
        now = self.now()
        begun = new_upload(user_id, UploadKind.MOVE, now)
        upload = replace(begun, lease_until=now + PLANNING, is_planned=False)
        self.uploads.open_unplanned(upload)
        return upload

    def plan(self, upload: Upload) -> Upload:
        """Look where the key leads, and have files sent there if that is somewhere else.

        To plan again what was planned half-way is to go on. Raises InvalidInputError without a key,
        and what the upstream raises: then it is to be planned later.
        """
        library = self.files.library(upload.user_id)
        generation = library.generation + (0 if self._is_there(library) else 1)
        # Nobody attaches anything while it is unsettled: this is all there is.
        entries = self._left_behind(upload, generation)
        self.files.settle(library, generation=generation)
        planned = self.uploads.plan(upload, entries)
        if entries:
            self.launcher.launch(planned)
        return planned

    def _is_there(self, library: Library) -> bool:
        """Tell whether the key opens the project that the files are in, or are moving to.

        A store that is gone from there was deleted by hand: it is forgotten, and so made again.
        """
        stores = self.files.stores(library.user_id)
        current = [store for store in stores if store.generation == library.generation]
        if not current:
            # Nothing vouches for it; settled, it has just been found to be another.
            return library.is_settled
        upstream = self.upstreams.of_owner(library.user_id)
        lost = [store for store in current if not upstream.has_store(store.upstream_id)]
        if len(lost) == len(current):
            return False
        for store in lost:
            self.files.drop_store(store)
        return True

    def _left_behind(self, upload: Upload, generation: int) -> list[UploadFile]:
        """Return an entry for every use of a file that is not there in a generation."""
        files = {file.id: file for file in self.files.list(upload.user_id)}
        stores = {store.assistant_id: store for store in self.files.stores(upload.user_id)}
        uses = [
            (assistant_id, files[file_id])
            for assistant_id, file_ids in sorted(self.files.attached_ids(upload.user_id).items())
            for file_id in file_ids
            if file_id in files
        ]
        left = [
            (assistant_id, file)
            for assistant_id, file in uses
            if file.generation != generation
            or file.upstream_id is None
            or (
                file.use is FileUse.SEARCH
                and (assistant_id not in stores or stores[assistant_id].generation != generation)
            )
        ]
        return [
            self._entry(upload, number, assistant_id, file)
            for number, (assistant_id, file) in enumerate(left)
        ]

    def _entry(self, upload: Upload, number: int, assistant_id: int, file: File) -> UploadFile:
        now = self.now()
        return replace(
            upload.file(number, path=file.path, size=file.size, lease_until=now + WORKING),
            created_at=now,
            assistant_id=assistant_id,
            file_id=file.id,
            # Ours to keep, whatever becomes of this.
            is_known=True,
        )
