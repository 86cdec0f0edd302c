"""Clients of the local cloud, as its owner."""

from typing import Any

import boto3

REGION = "us-east-1"
# ministack takes this pair for the account's root.
ROOT = "test"


def client(service: str, endpoint: str) -> Any:
    """A client that no setting of the user's own AWS account reaches."""
    session = boto3.Session(aws_access_key_id=ROOT, aws_secret_access_key=ROOT, region_name=REGION)
    return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]
