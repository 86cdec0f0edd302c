"""Who did what to whom: a line of JSON on stderr for the operator's records."""

import json
import sys
from datetime import UTC, datetime

import boto3

from afterglow.services.administration import Decision


def identity() -> str:
    """Return the ARN of whose AWS credentials these are. Raises what botocore raises."""
    return boto3.client("sts").get_caller_identity()["Arn"]


def record(action: str, decision: Decision, *, by: str, stack: str) -> None:
    """Write the line of a decision about a user. Nothing in it is secret."""
    note(
        f"admin.{action}",
        by=by,
        stack=stack,
        user=decision.user.username,
        userId=decision.user.id,
        changed=decision.is_change,
    )


def note(action: str, *, by: str, stack: str, **facts: str | int) -> None:
    """Write a line."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": time, "action": action, "by": by, "stack": stack} | facts
    sys.stderr.write(json.dumps(line) + "\n")
