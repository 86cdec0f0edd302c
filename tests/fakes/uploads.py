"""Uploads in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import IdempotencyClaim, Staged, Upload, UploadFile, UploadState
from afterglow.ports.uploads import DueUpload, too_many_unfinished
from tests.fakes.conversations import Records
from tests.fakes.shelves import Shelves, superseded

STAGED_FOR = timedelta(days=1)


class InMemoryUploads:
    """`UploadRepository` on dicts. What claims have made is noted in the records."""

    def __init__(
        self, shelves: Shelves, now: Callable[[], datetime], records: Records | None = None
    ) -> None:
        self.shelves = shelves
        self.now = now
        self.counted: set[str] = set()
        self.records = records or Records()

    def open(
        self,
        upload: Upload,
        files: Sequence[UploadFile],
        *,
        claim: IdempotencyClaim | None = None,
        most: int | None = None,
    ) -> None:
        """Store an upload with its files, and that it is what the claim has made."""
        if most is not None:
            self._count(upload, most)
        self.records.record(claim, upload.id)
        for file in files:
            self.shelves.place(file)
        self.shelves.opened[upload.user_id, upload.id] = replace(upload, total=len(files))

    def _count(self, upload: Upload, most: int) -> None:
        unfinished = [
            each
            for each in self.list(upload.user_id)
            if each.id in self.counted
            and not each.is_over
            and each.created_at + timedelta(days=1) > upload.created_at
        ]
        if len(unfinished) >= most:
            raise too_many_unfinished()
        self.counted.add(upload.id)

    def open_unplanned(self, upload: Upload) -> None:
        """Store an upload whose files are yet to be found; it is due at the end of its lease."""
        self.shelves.opened[upload.user_id, upload.id] = replace(upload, is_planned=False)

    def plan(self, upload: Upload, files: Sequence[UploadFile]) -> Upload:
        """Store the files of an upload that has none yet, and return it planned."""
        stored = self.get(upload.user_id, upload.id)
        if stored.is_planned:
            return stored
        for file in files:
            self.shelves.place(file)
        planned = replace(stored, is_planned=True, total=len(files))
        self.shelves.opened[upload.user_id, upload.id] = planned
        return planned

    def get(self, user_id: int, upload_id: str) -> Upload:
        """Return one. Raises NotFoundError."""
        return self.shelves.upload(user_id, upload_id)

    def list(
        self, user_id: int, *, before: str | None = None, page_size: int | None = None
    ) -> Iterator[Upload]:
        """Return a user's uploads below an id, by id descending: the latest first."""
        assert page_size is None or page_size > 0
        for owner, upload_id in sorted(self.shelves.opened, reverse=True):
            if owner == user_id and (before is None or upload_id < before):
                yield self.shelves.opened[owner, upload_id]

    def file(self, user_id: int, upload_id: str, number: int) -> UploadFile:
        """Return one file of an upload. Raises NotFoundError."""
        try:
            return self.shelves.entries[user_id, upload_id, number]
        except KeyError:
            raise NotFoundError("Upload not found") from None

    def files(
        self, user_id: int, upload_id: str, *, after: int = -1, page_size: int | None = None
    ) -> Iterator[UploadFile]:
        """Return the files of an upload beyond a number, by number ascending."""
        assert page_size is None or page_size > 0
        for owner, upload, number in sorted(self.shelves.entries):
            if (owner, upload) == (user_id, upload_id) and number > after:
                yield self.shelves.entries[owner, upload, number]

    def receive(self, file: UploadFile) -> UploadFile:
        """Note that the bytes have come of one that is awaiting, as `file` is to be stored."""
        if self.shelves.as_read(file).state is not UploadState.AWAITING:
            raise superseded()
        return self.shelves.place(file)

    def claim(self, file: UploadFile, lease_until: datetime) -> UploadFile:
        """Take a file over as it was read, with its failures as given."""
        stored = self.shelves.in_progress(file)
        if stored.lease_until != file.lease_until:
            raise superseded()
        claimed = replace(
            stored,
            attempt=file.attempt + 1,
            lease_until=lease_until,
            failures=file.failures,
        )
        return self.shelves.place(claimed)

    def update(self, file: UploadFile) -> None:
        """Store what has become of a file that is not over, or when it is due."""
        self.shelves.in_progress(file)
        self.shelves.place(file)

    def end(self, file: UploadFile) -> None:
        """Store the end of a file that was not attached, count it, and have it not pending."""
        self.shelves.as_read(file)
        self.shelves.end(file)

    def due(self) -> Iterator[DueUpload]:
        """Return what is not over, of all users, the longest due first."""
        files = [
            DueUpload(each.user_id, each.upload_id, each.number, each.lease_until)
            for each in self.shelves.entries.values()
            if each.state is UploadState.IN_PROGRESS
        ]
        uploads = [
            DueUpload(each.user_id, each.id, None, each.lease_until)
            for each in self.shelves.opened.values()
            if not each.is_planned
        ]
        yield from sorted([*files, *uploads], key=lambda each: each.lease_until)

    def latest_due(self, until: datetime) -> Iterator[DueUpload]:
        """Return what is due until a time, of all users, the latest first."""
        yield from reversed([due for due in self.due() if due.lease_until <= until])

    def postpone(self, due: DueUpload, until: datetime) -> None:
        """Have what is due be due later, unless somebody has begun with it."""
        if due.number is None:
            upload = self.shelves.opened.get((due.user_id, due.upload_id))
            if upload and not upload.is_planned and upload.lease_until == due.lease_until:
                later = replace(upload, lease_until=until)
                self.shelves.opened[due.user_id, due.upload_id] = later
            return
        entry = self.shelves.entries.get((due.user_id, due.upload_id, due.number))
        is_unbegun = entry and entry.state is UploadState.IN_PROGRESS and entry.attempt == 0
        if entry and is_unbegun and entry.lease_until == due.lease_until:
            self.shelves.place(replace(entry, lease_until=until))

    def stage(self, staged: Staged) -> None:
        """Put a file into the user's staging area, in place of what had its path."""
        self.shelves.staged[staged.user_id, staged.path] = staged

    def staged(self, user_id: int, directory: str) -> Sequence[Staged]:
        """Return what is staged under a folder (all of it for ""), by path ascending."""
        prefix = f"{directory}/" if directory else ""
        return [
            self.shelves.staged[owner, path]
            for owner, path in sorted(self.shelves.staged)
            if owner == user_id
            and path.startswith(prefix)
            and self.shelves.staged[owner, path].staged_at + STAGED_FOR > self.now()
        ]

    def keep_staged(self, file: UploadFile, file_id: str) -> None:
        """Note that the staged bytes a file takes are ours, unless its path has others by now."""
        stored = self.shelves.staged.get((file.user_id, file.path))
        if stored is not None and (stored.upload_id, stored.number) == file.place:
            self.shelves.staged[file.user_id, file.path] = replace(stored, file_id=file_id)

    def unstage(self, file: UploadFile) -> None:
        """Have the staged bytes a file takes staged no longer, unless its path has others."""
        stored = self.shelves.staged.get((file.user_id, file.path))
        if stored is not None and (stored.upload_id, stored.number) == file.place:
            del self.shelves.staged[file.user_id, file.path]
