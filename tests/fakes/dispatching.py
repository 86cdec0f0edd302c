"""Who is told of uploads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.models import Upload


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: a file of an upload, or without a number its planning."""

    user_id: int
    upload_id: str
    number: int | None
    after: timedelta


class RecordingQueue:
    """`UploadQueue` that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def send(
        self,
        user_id: int,
        upload_id: str,
        number: int | None = None,
        *,
        after: timedelta = timedelta(),
    ) -> None:
        """Note the message."""
        self.sent.append(Sent(user_id, upload_id, number, after))

    def send_many(self, user_id: int, upload_id: str, numbers: Sequence[int]) -> None:
        """Note a message for each."""
        self.sent += [Sent(user_id, upload_id, number, timedelta()) for number in numbers]


class RecordingUploadLauncher:
    """`UploadLauncher` that remembers which uploads it was told of."""

    def __init__(self) -> None:
        self.launched: list[str] = []

    def launch(self, upload: Upload) -> None:
        """Note the upload, once."""
        if upload.id not in self.launched:
            self.launched.append(upload.id)
