"""Waiting for what was sent: that it arrives, and that it is taken in."""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from afterglow_cli.answers import Upload, UploadFile
from afterglow_cli.progress import Progress
from afterglow_cli.service import Service

# In seconds.
LONGEST_ARRIVAL = 120.0
_PAUSE = 1.0
_AGAIN = "run the command again"


def await_arrivals(
    service: Service,
    uploads: Mapping[str, AbstractSet[str]],
    *,
    longest: float = LONGEST_ARRIVAL,
) -> dict[str, str]:
    """Wait until the service has seen what was sent, by upload; return which failed, and why.

    The storage tells it of each file, usually within a second. After `longest` seconds it is
    waited for no more.
    """
    failures: dict[str, str] = {}
    deadline = time.monotonic() + longest
    for upload_id, paths in uploads.items():
        files = _arrived(service, upload_id, paths, deadline)
        failures |= {file.path: _reason(file) for file in files if not _is_well(file)}
    return failures


def follow(service: Service, upload_id: str, progress: Progress) -> Upload:
    """Wait until a folder is taken in, and return how that ended."""
    while True:
        asked = time.monotonic()
        upload = service.standing(upload_id)
        refused = upload.failed + upload.cancelled
        progress.index(expected=upload.total, indexed=upload.completed, refused=refused)
        if upload.is_over:
            return service.upload(upload_id)
        # Should it not wait: no faster than this.
        time.sleep(max(0.0, asked + _PAUSE - time.monotonic()))


def shortfalls(upload: Upload, expected: AbstractSet[str]) -> dict[str, str]:
    """Return which files were not taken in, and why not."""
    failures = {file.path: _reason(file) for file in upload.files if file.status != "completed"}
    unseen = expected - {file.path for file in upload.files}
    return failures | dict.fromkeys(unseen, f"The service did not take it in: {_AGAIN}")


def _arrived(
    service: Service, upload_id: str, paths: AbstractSet[str], deadline: float
) -> list[UploadFile]:
    while True:
        files = [file for file in service.upload(upload_id).files if file.path in paths]
        is_late = time.monotonic() > deadline
        if is_late or all(file.status != "awaiting" for file in files):
            return files
        time.sleep(_PAUSE)


def _is_well(file: UploadFile) -> bool:
    return file.status in {"staged", "in_progress", "completed"}


def _reason(file: UploadFile) -> str:
    if file.error is not None:
        return file.error.message
    if file.status == "awaiting":
        return f"The service has not seen it arrive: {_AGAIN}"
    return file.status.replace("_", " ").capitalize()
