"""Texts that no item can hold: in S3 each, with its key in the item."""

from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config

from afterglow.adapters.aws import new_client
from afterglow.domain.models import Run
from afterglow.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# An item holds 400 KB with everything else in it.
MAX_ITEM_BYTES = 300 * 1024
_TIMEOUTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})


class ClearingFailedError(Exception):
    """S3 did not delete what it was asked to."""


@cache
def _client() -> "S3Client":
    return cast("S3Client", new_client("s3", _TIMEOUTS))


def is_long(text: str) -> bool:
    """Tell whether a text is too long for an item."""
    return len(text.encode()) > MAX_ITEM_BYTES


def content_key(run: Run) -> str:
    """Return where a run's answer is kept, one place for each attempt.

    An attempt has one Response at most: whoever is late overwrites nobody's text but its own.
    """
    return f"{_prefix(run.user_id, run.thread_id)}{run.id}/{run.attempt}"


def put_content(key: str, text: str) -> None:
    """Keep a text."""
    _client().put_object(
        Bucket=settings().content_bucket,
        Key=key,
        Body=text.encode(),
        ContentType="text/plain; charset=utf-8",
    )


def content_at(key: str) -> str:
    """Return a text that was kept."""
    found = _client().get_object(Bucket=settings().content_bucket, Key=key)
    return found["Body"].read().decode()


def clear_contents(user_id: int, thread_id: int | None = None) -> None:
    """Delete every text of a thread, or of a user. Raises ClearingFailedError if some are left."""
    bucket, client = settings().content_bucket, _client()
    lists = client.get_paginator("list_objects_v2")
    for page in lists.paginate(Bucket=bucket, Prefix=_prefix(user_id, thread_id)):
        few: list[ObjectIdentifierTypeDef] = [
            {"Key": each["Key"]} for each in page.get("Contents", [])
        ]
        if not few:
            return
        # A page has as many as one call deletes.
        deleted = client.delete_objects(Bucket=bucket, Delete={"Objects": few, "Quiet": True})
        if deleted.get("Errors"):
            raise ClearingFailedError(len(deleted["Errors"]))


def _prefix(user_id: int, thread_id: int | None) -> str:
    """Return what keys begin with. It ends with a slash, and numbers have all of their digits."""
    of_user = f"answers/{user_id:016d}/"
    return of_user if thread_id is None else f"{of_user}{thread_id:016d}/"
