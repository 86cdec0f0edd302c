"""`UploadQueue` on AWS SQS."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from afterglow.adapters.aws import failure_code, new_client
from afterglow.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# A request has a few seconds left when it sends something.
_TIMEOUTS = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 2})
# SQS takes no more in one call.
_BATCH = 10
# SQS holds nothing back for longer.
LONGEST_DELAY = timedelta(minutes=15)


@cache
def _client() -> "SQSClient":
    return cast("SQSClient", new_client("sqs", _TIMEOUTS))


@dataclass(frozen=True, slots=True)
class SqsUploadQueue:
    """The queue that S3 tells of staged objects as well, given by its URL."""

    url: str

    def send(
        self,
        user_id: int,
        upload_id: str,
        number: int | None = None,
        *,
        after: timedelta = timedelta(),
    ) -> None:
        """Send ids. More than a quarter of an hour later is a quarter of an hour later."""
        try:
            _client().send_message(
                QueueUrl=self.url,
                MessageBody=_body(user_id, upload_id, number),
                # Not before it is due: then it would be looked at for nothing.
                DelaySeconds=math.ceil(min(after, LONGEST_DELAY).total_seconds()),
            )
        except (BotoCoreError, ClientError) as error:
            _log(upload_id, [failure_code(error)])

    def send_many(self, user_id: int, upload_id: str, numbers: Sequence[int]) -> None:
        """Send ids, ten messages a call, and no more once a call has failed: it took its time."""
        bodies = [_body(user_id, upload_id, number) for number in numbers]
        for first in range(0, len(bodies), _BATCH):
            try:
                failed = self._send_batch(bodies[first : first + _BATCH])
            except (BotoCoreError, ClientError) as error:
                _log(upload_id, [failure_code(error)] * len(bodies[first:]))
                return
            _log(upload_id, failed)

    def _send_batch(self, bodies: Sequence[str]) -> Sequence[str]:
        """Send up to ten messages and return the codes of those that SQS did not take."""
        answer = _client().send_message_batch(
            QueueUrl=self.url,
            Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)],
        )
        return [each["Code"] for each in answer.get("Failed", [])]


def _body(user_id: int, upload_id: str, number: int | None) -> str:
    return json.dumps({"user_id": user_id, "upload_id": upload_id, "number": number})


def _log(upload_id: str, codes: Iterable[str]) -> None:
    """Tell why messages were not sent: a line for each reason."""
    for code, count in Counter(codes).items():
        logger.error("not queued", code=code, messages=count, extra={"upload_id": upload_id})
