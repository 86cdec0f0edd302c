"""On a schedule: what is deleted is cleared away."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.jobs import reap


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Run one pass; every event says the same."""
    return reap(context)
