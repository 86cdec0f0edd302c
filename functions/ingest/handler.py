"""The queue of files that have come: each message is worked off, or comes again."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.jobs import QueueEvent, ingest


def lambda_handler(event: QueueEvent, context: LambdaContext) -> PartialItemFailureResponse:
    """Work a few messages off, and say which are to come again."""
    return ingest(event, context)
