"""On a schedule: every run that nobody is at work on is taken up."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.jobs import sweep


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Run one pass; every event says the same."""
    return sweep(context)
