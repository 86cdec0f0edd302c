"""What the functions logged, from the local CloudWatch Logs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from local.deploy.client import client
from local.deploy.stack import NAME

# The platform's own lines, which ministack adds as AWS does.
PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")


class LogEvent(NamedTuple):
    """One line of a function."""

    time: datetime
    function: str
    message: str


def recent(endpoint: str, minutes: int) -> list[LogEvent]:
    """All functions' lines of the last minutes, oldest first."""
    return sorted(_events(endpoint, time.time() - 60 * minutes))


def _events(endpoint: str, since: float) -> Iterator[LogEvent]:
    cloudwatch = client("logs", endpoint)
    for page in cloudwatch.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            if NAME not in name:
                continue
            found = cloudwatch.filter_log_events(logGroupName=name, startTime=int(since * 1000))
            for event in found["events"]:
                if not event["message"].startswith(PLATFORM):
                    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                    yield LogEvent(at, name.rpartition("/")[2], event["message"])
