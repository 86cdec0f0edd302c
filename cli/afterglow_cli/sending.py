"""Sending files to the staging area: those that are not there."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from afterglow_cli.announcing import announce
from afterglow_cli.answers import Upload, UploadFile
from afterglow_cli.batching import batches
from afterglow_cli.contents import measure
from afterglow_cli.errors import FileFailure
from afterglow_cli.forms import Errand, ExpiredFormError, Storage
from afterglow_cli.progress import Progress
from afterglow_cli.service import Service, Wanted
from afterglow_cli.walking import LocalFile
from afterglow_cli.workers import Workers

# A fresh form that is refused once more is refused for another reason than its age.
_MOST_REFUSALS = 2
_THERE = frozenset({"staged", "in_progress", "completed"})


@dataclass(slots=True)
class Dispatch:
    """What went, and what did not.

    `sent` and `known` are the paths that went now and that were there before, with their sizes in
    bytes, `failures` the others with the reason, `uploads` the paths sent, by upload,
    `announcements` the ids of the uploads that name what is sent or known.
    """

    sent: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, set[str]] = field(default_factory=dict)
    announcements: set[str] = field(default_factory=set)


class Sender:
    """Sends files: some are announced at a time, few of those are on their way at a time."""

    def __init__(
        self, service: Service, storage: Storage, workers: Workers, progress: Progress
    ) -> None:
        self._service = service
        self._storage = storage
        self._workers = workers
        self._progress = progress
        self._dispatch = Dispatch()
        self._refusals: Counter[str] = Counter()

    def send(self, files: Sequence[LocalFile]) -> Dispatch:
        """Send files. Raises what the service raises; what went until then stays there."""
        for batch in batches(files):
            locations = {file.path: file.location for file in batch}
            wanted = self._measured(batch)
            # What is left are those whose form was too old: they are announced again.
            while wanted:
                wanted = self._send_once(wanted, locations)
        return self._dispatch

    def _measured(self, files: Sequence[LocalFile]) -> list[Wanted]:
        """Return what there is to be sent, by path."""
        measured = []
        for file, outcome in self._workers.each(_measured, files):
            if isinstance(outcome, Wanted):
                self._progress.resize(outcome.size - file.size)
                measured.append(outcome)
            else:
                self._fail(file.path, file.size, str(outcome))
        return sorted(measured, key=lambda wanted: wanted.path)

    def _send_once(self, wanted: Sequence[Wanted], locations: Mapping[str, Path]) -> list[Wanted]:
        """Announce files, send those that are wanted, and return those that are to go again."""
        announced = announce(self._service, wanted)
        by_path = {file.path: file for file in wanted}
        for path, reason in announced.refused.items():
            self._fail(path, by_path.pop(path).size, reason)
        errands = [
            errand
            for upload, moment in announced.uploads
            for errand in self._errands(upload, moment, by_path, locations)
        ]
        for path, file in by_path.items():
            self._fail(path, file.size, "The service has not said what to do with it")
        outcomes = self._workers.each(self._sent, errands)
        return [errand.wanted for errand, outcome in outcomes if self._is_late(errand, outcome)]

    def _errands(
        self,
        upload: Upload,
        moment: datetime,
        by_path: dict[str, Wanted],
        locations: Mapping[str, Path],
    ) -> Iterator[Errand]:
        """Yield what is to be sent by an upload. What it tells of is taken out of `by_path`."""
        now = time.monotonic()
        for file in upload.files:
            wanted = by_path.pop(file.path, None)
            if wanted is None:
                continue
            if file.upload is None:
                self._close(upload.id, file, wanted)
                continue
            self._progress.check(wanted.path)
            deadline = now + (file.upload.expires_at - moment).total_seconds()
            location = locations[wanted.path]
            yield Errand(location, wanted, upload.id, file.upload, deadline)

    def _close(self, upload_id: str, file: UploadFile, wanted: Wanted) -> None:
        """Take down one whose bytes are not wanted."""
        if file.status in _THERE:
            self._dispatch.known[wanted.path] = wanted.size
            self._dispatch.announcements.add(upload_id)
            self._progress.spare(wanted.path, wanted.size)
        else:
            said = file.error.message if file.error else file.status
            self._fail(wanted.path, wanted.size, said)

    def _sent(self, errand: Errand) -> FileFailure | ExpiredFormError | None:
        try:
            self._storage.send(errand, self._progress.move)
        except (FileFailure, ExpiredFormError) as error:
            return error
        return None

    def _is_late(self, errand: Errand, outcome: FileFailure | ExpiredFormError | None) -> bool:
        """Take down what came of an errand; tell whether its file needs a new form."""
        path = errand.wanted.path
        if isinstance(outcome, ExpiredFormError):
            self._refusals[path] += outcome.is_told
            if self._refusals[path] <= _MOST_REFUSALS:
                return True
        if outcome is not None:
            self._fail(path, errand.wanted.size, str(outcome))
        else:
            self._dispatch.sent[path] = errand.wanted.size
            self._dispatch.uploads.setdefault(errand.upload_id, set()).add(path)
            self._dispatch.announcements.add(errand.upload_id)
            self._progress.send()
        return False

    def _fail(self, path: str, size: int, reason: str) -> None:
        self._dispatch.failures[path] = reason
        self._progress.fail(path, size)


def _measured(file: LocalFile) -> Wanted | FileFailure:
    try:
        return measure(file)
    except FileFailure as failure:
        return failure
