"""A task of the state machine of big uploads: which chunks there are, or one of them moved on."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.jobs import Chunks, DirectoryEvent, WorkOutcome, ingest_directory


def lambda_handler(event: DirectoryEvent, context: LambdaContext) -> Chunks | WorkOutcome:
    """Do one step."""
    return ingest_directory(event, context)
