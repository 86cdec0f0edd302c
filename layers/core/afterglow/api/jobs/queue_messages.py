"""What the ingest queue carries: S3's events of staged objects, and messages of our own."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

# As the adapter of staging makes them. Whatever else lies in the bucket is nobody's upload.
_KEY = re.compile(r"staging/([0-9]{16})/(upload_[0-9A-Za-z]{1,64})/(0|[1-9][0-9]{0,8})")
_OUR_ID = re.compile(r"upload_[0-9A-Za-z]{1,64}")


class UnreadableMessageError(Exception):
    """A message is neither an event of S3 nor one of our own."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """That the bytes of a file of an upload have come."""

    user_id: int
    upload_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Errand:
    """That a file of an upload is to be moved on, or without a number the upload planned."""

    user_id: int
    upload_id: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """That something happened that is none of ours."""


Message = Arrival | Errand | Foreign


def messages_in(body: str, bucket: str) -> Sequence[Message]:
    """Return what a body of the queue says of the staging bucket of that name.

    An event of S3 that tries the queue says nothing. Raises UnreadableMessageError.
    """
    try:
        content = json.loads(body)
        if content.get("Event") == "s3:TestEvent":
            return []
        if "Records" in content:
            return list(_events(content["Records"], bucket))
        return [_errand(content)]
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # Its text is somebody's: not even the log is to quote it.
        raise UnreadableMessageError from None


def _events(records: Sequence[dict[str, Any]], bucket: str) -> Iterator[Message]:
    for record in records:
        at = _KEY.fullmatch(unquote_plus(record["s3"]["object"]["key"]))
        is_new = record["eventName"].startswith("ObjectCreated:")
        if at is None or not is_new or record["s3"]["bucket"]["name"] != bucket:
            yield Foreign()
        else:
            yield Arrival(int(at[1]), at[2], int(at[3]))


def _errand(content: dict[str, Any]) -> Errand:
    user_id, upload_id, number = content["user_id"], content["upload_id"], content["number"]
    is_ours = (
        type(user_id) is int
        and _OUR_ID.fullmatch(upload_id) is not None
        and (number is None or (type(number) is int and number >= 0))
    )
    if not is_ours:
        raise ValueError
    return Errand(user_id, upload_id, number)
