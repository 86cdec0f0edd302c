"""What lies in the bucket of contents."""

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@cache
def _client() -> "S3Client":
    return boto3.client("s3")


def _keys() -> list[str]:
    pages = _client().get_paginator("list_objects_v2").paginate(Bucket=os.environ["CONTENT_BUCKET"])
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


def kept_texts() -> dict[str, str]:
    """Return every text by its key."""
    bucket = os.environ["CONTENT_BUCKET"]
    return {
        key: _client().get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in _keys()
    }


def keep_text(key: str, text: str) -> None:
    """Put a text there."""
    _client().put_object(Bucket=os.environ["CONTENT_BUCKET"], Key=key, Body=text.encode())


def empty_bucket() -> None:
    """Delete every text."""
    for key in _keys():
        _client().delete_object(Bucket=os.environ["CONTENT_BUCKET"], Key=key)


def bucket_snapshot() -> Callable[[], None]:
    """Return what puts back the texts that are there now."""
    kept = kept_texts()

    def restore() -> None:
        empty_bucket()
        for key, text in kept.items():
            keep_text(key, text)

    return restore
