"""Nothing."""

from typing import Any


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Answer."""
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{}"}
