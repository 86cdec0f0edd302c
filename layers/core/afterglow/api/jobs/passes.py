"""What passes over everything have in common: they end in time, and log one line of counts."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.lifetime import ends_at
from afterglow.observability import logger

# The longest step: a call upstream, and writes to a DynamoDB that is slow to answer.
LAST_STEP = timedelta(seconds=20)

Counts = dict[str, Any]


def last_step_at(context: LambdaContext) -> datetime:
    """Return when the last step of a function with so little time left has to begin."""
    return ends_at(context) - LAST_STEP


def timed(context: LambdaContext) -> Callable[..., None]:
    """Start a clock; return what logs a message, what is given with it, and the time it took."""
    started = time.perf_counter()

    def log(message: str, **counts: Any) -> None:
        logger.info(
            message,
            **counts,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            lambda_request_id=context.aws_request_id,
        )

    return log
