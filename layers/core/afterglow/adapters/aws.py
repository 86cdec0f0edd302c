"""Clients of AWS, all from one session of botocore: what it has read of AWS, it reads once.

A session of its own costs each client some 100 ms of a cold start, and boto3 another 50. Sessions
make clients for one thread at a time; functions have one.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session, get_session


@cache
def session() -> Session:
    """Return this process's session."""
    return get_session()


def new_client(service: str, config: Config) -> Any:
    """Return a new client of a service, of this function's region and role."""
    return session().create_client(service, config=config)


def failure_code(error: BotoCoreError | ClientError) -> str:
    """Return what AWS calls a failure, or botocore if AWS has said nothing."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__
