"""Having uploads looked after when nobody waits for them in a request any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from afterglow.domain.models import Upload


class UploadQueue(Protocol):
    """A queue whose messages are worked off one by one, at least once each."""

    def send(
        self,
        user_id: int,
        upload_id: str,
        number: int | None = None,
        *,
        after: timedelta = timedelta(),
    ) -> None:
        """Have one file of an upload, or without a number its planning, worked at later.

        Never raises: whatever could not be sent, the sweeper finds when it is due.
        """
        ...

    def send_many(self, user_id: int, upload_id: str, numbers: Sequence[int]) -> None:
        """Have files of an upload worked at, each by itself. Never raises, as `send`."""
        ...


class UploadLauncher(Protocol):
    """Starts what works an upload off, many files at a time."""

    def launch(self, upload: Upload) -> None:
        """Have a planned upload worked off; twice is once.

        Never raises: whatever could not be started, the sweeper finds the files when they are due.
        """
        ...
