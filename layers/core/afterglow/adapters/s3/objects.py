"""Objects of a bucket: where they are, how they are cleared away."""

from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config

from afterglow.adapters.aws import new_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# Seconds without a byte. Half a gigabyte is copied in one call, which says nothing meanwhile.
SOON, LATE = 10, 90


class ClearingFailedError(Exception):
    """S3 did not delete what it was asked to."""


@cache
def client(read_timeout: int = SOON) -> "S3Client":
    """Return a client that waits so many seconds for S3 to go on."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"total_max_attempts": 3},
        # A form is for one region, at its own address: elsewhere it would be sent on, for days.
        signature_version="s3v4",
        s3={"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"},
    )
    return cast("S3Client", new_client("s3", config))


def staging_prefix(user_id: int) -> str:
    """Return what the keys of a user's staged bytes begin with."""
    return f"staging/{user_id:016d}/"


def copies_prefix(user_id: int) -> str:
    """Return what the keys of our copies of a user's files begin with."""
    return f"files/{user_id:016d}/"


def clear(bucket: str, prefix: str) -> None:
    """Delete every object below a prefix. Raises ClearingFailedError if some are left."""
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        few: list[ObjectIdentifierTypeDef] = [
            {"Key": each["Key"]} for each in page.get("Contents", [])
        ]
        if not few:
            return
        # A page has as many as one call deletes.
        deleted = client().delete_objects(Bucket=bucket, Delete={"Objects": few, "Quiet": True})
        if deleted.get("Errors"):
            raise ClearingFailedError(len(deleted["Errors"]))
