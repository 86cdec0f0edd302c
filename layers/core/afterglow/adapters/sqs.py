"""`UploadQueue` on AWS SQS."""

import json
import math
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from afterglow.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# A request has a few seconds left when it sends something.
_TIMEOUTS = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 2})
# SQS holds nothing back for longer.
LONGEST_DELAY = timedelta(minutes=15)


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_TIMEOUTS)


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
        body = {"user_id": user_id, "upload_id": upload_id, "number": number}
        try:
            _client().send_message(
                QueueUrl=self.url,
                MessageBody=json.dumps(body),
                # Not before it is due: then it would be looked at for nothing.
                DelaySeconds=math.ceil(min(after, LONGEST_DELAY).total_seconds()),
            )
        except (BotoCoreError, ClientError) as error:
            logger.error("not queued", code=_code(error), extra={"upload_id": upload_id})


def _code(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__
