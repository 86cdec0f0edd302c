"""Tables that do not work."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.wiretap import Fault, Wiretap, refusing, undisturbed

_OPERATIONS = (
    "BatchGetItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactWriteItems",
    "UpdateItem",
)


@contextmanager
def outage(aws: Wiretap, *tables: str) -> Iterator[None]:
    """Let everything fail that is done to tables (`THREADS`), and nothing else."""
    names = {os.environ[f"{table}_TABLE"] for table in tables}
    with ExitStack() as stack:
        for operation in _OPERATIONS:
            stack.enter_context(aws.breaking(operation, _failing_on(names)))
        yield


def _failing_on(names: set[str]) -> Fault:
    refuse = refusing("AccessDeniedException")

    def fault(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        meant = set(_tables(json.loads(request.body)))  # type: ignore[arg-type] # never a file
        return (refuse if meant & names else undisturbed)(event_name, request)

    return fault


def _tables(parameters: dict[str, Any]) -> Iterator[str]:
    if "TableName" in parameters:
        yield parameters["TableName"]
    yield from parameters.get("RequestItems", {})
    for item in parameters.get("TransactItems", []):
        ((_, body),) = item.items()
        yield body["TableName"]
