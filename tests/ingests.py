"""SQS's and Step Functions' part: events to the functions that work uploads off."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from afterglow import bootstrap
from afterglow.bootstrap import uploads
from afterglow.ports.upstream_files import UpstreamFilesFactory
from afterglow.settings import settings
from tests.canaries import leaks
from tests.delivery import function_module, overheard
from tests.events import Context

CACHED = (
    bootstrap.directory_service,
    bootstrap.file_removal,
    bootstrap.form_service,
    bootstrap.mover,
    bootstrap.upload_service,
    bootstrap.upload_work,
    uploads.ingester,
)


@contextmanager
def uploading_to(upstream: UpstreamFilesFactory) -> Iterator[None]:
    """Let every user's files go to another upstream than OpenAI."""
    with patch.object(uploads, "upstream_files", upstream):
        forget()
        try:
            yield
        finally:
            forget()


def forget() -> None:
    """Let services be made anew."""
    for service in CACHED:
        service.cache_clear()


def told(key: str, *, bucket: str | None = None) -> dict[str, Any]:
    """Return the event of S3 for an object that has come."""
    return {
        "Records": [
            {
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:Post",
                "s3": {
                    "bucket": {"name": bucket or settings().staging_bucket},
                    "object": {"key": key, "size": 1},
                },
            }
        ]
    }


def queued(*bodies: object) -> dict[str, Any]:
    """Return the event of SQS for some messages, which are JSON unless they are text."""
    return {
        "Records": [
            {
                "messageId": str(uuid.uuid4()),
                "body": body if isinstance(body, str) else json.dumps(body),
                "eventSource": "aws:sqs",
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for body in bodies
        ]
    }


def worked_off(*bodies: object) -> tuple[list[int], list[dict[str, Any]]]:
    """Have messages worked off; return which are to come again, and the lines that were logged."""
    event = queued(*bodies)
    answer, lines = called("ingest", event)
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    ids = [record["messageId"] for record in event["Records"]]
    assert failed <= set(ids)
    return [index for index, each in enumerate(ids) if each in failed], lines


def called(function: str, event: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Call a function; return its answer, which is JSON, and the lines that it logged."""
    with overheard() as log:
        answer = function_module(function).lambda_handler(event, Context())
    assert not leaks(log.getvalue()), "something secret was logged"
    return json.loads(json.dumps(answer)), [
        json.loads(line) for line in log.getvalue().splitlines()
    ]
