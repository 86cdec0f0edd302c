"""One client of DynamoDB for all models of this process."""

from functools import cache

from botocore.session import Session
from pynamodb.connection import Connection

from afterglow.adapters import aws


class TableMeta:
    """Waits are short: a request has seconds, not minutes (PynamoDB waits 30 s by default)."""

    connect_timeout_seconds = 2
    read_timeout_seconds = 2
    max_retry_attempts = 3


class _Connection(Connection):
    @property
    def session(self) -> Session:
        return aws.session()


@cache
def connection() -> Connection:
    """Return this process's connection, for what a model alone cannot say."""
    return _Connection(
        connect_timeout_seconds=TableMeta.connect_timeout_seconds,
        read_timeout_seconds=TableMeta.read_timeout_seconds,
        max_retry_attempts=TableMeta.max_retry_attempts,
    )
