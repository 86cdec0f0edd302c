"""How long the function that runs may go on."""

from datetime import datetime, timedelta

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap


def ends_at(context: LambdaContext) -> datetime:
    """Return when Lambda ends the function, whatever it is doing then."""
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    return bootstrap.now() + left
