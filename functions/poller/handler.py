"""A task of the state machine: one run is moved on."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.jobs import PollEvent, PollOutcome, poll


def lambda_handler(event: PollEvent, context: LambdaContext) -> PollOutcome:
    """Look at the run once."""
    return poll(event, context)
