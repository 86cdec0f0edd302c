"""Writes that happen only if their conditions hold."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeGuard

from botocore.exceptions import ClientError
from pynamodb.exceptions import DeleteError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from afterglow.adapters.dynamodb.connection import connection


class ConditionFailedError(Exception):
    """A condition did not hold; nothing was written."""


class ContentionError(Exception):
    """Another transaction was at one of the items; nothing was written."""


@contextmanager
def conditional_write() -> Iterator[None]:
    """Tell why a write inside was not done.

    Raises ConditionFailedError where its condition does not hold, ContentionError where a
    transaction was at the item.
    """
    try:
        yield
    except (DeleteError, UpdateError) as error:
        # Not `cause_response_code`: it stumbles over a time-out, which has no response.
        code = error.cause.response["Error"]["Code"] if _is_answered(error.cause) else None
        if code == "ConditionalCheckFailedException":
            raise ConditionFailedError from error
        if code == "TransactionConflictException":
            raise ContentionError from error
        raise


def _is_answered(cause: Exception | None) -> TypeGuard[ClientError]:
    return isinstance(cause, ClientError)


# Waits up to two seconds for others to be done.
patiently = retry(
    retry=retry_if_exception_type(ContentionError),
    wait=wait_random_exponential(multiplier=0.05, max=0.5),
    stop=stop_after_delay(2),
    reraise=True,
)


@patiently
def write_transaction(fill: Callable[[TransactWrite], None]) -> None:
    """Write what `fill` puts into the transaction, waiting up to two seconds for others.

    Raises ConditionFailedError, ContentionError when others stay, TransactWriteError otherwise.
    """
    # One token for the attempt: botocore may send it again when a reply is lost.
    transaction = TransactWrite(connection=connection(), client_request_token=str(uuid.uuid4()))
    try:
        with transaction:
            fill(transaction)
    except TransactWriteError as error:
        reasons = {reason.code for reason in error.cancellation_reasons if reason}
        if "ConditionalCheckFailed" in reasons:
            raise ConditionFailedError from error
        if "TransactionConflict" in reasons:
            raise ContentionError from error
        raise
