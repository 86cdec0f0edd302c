"""One JSON line per request. Nothing a user sent is ever in it."""

import traceback

from aws_lambda_powertools import Logger

from afterglow.domain.errors import DomainError

# The event is never logged: it holds passwords, keys, cookies and messages.
logger = Logger(log_uncaught_exceptions=False)


def where(error: BaseException) -> list[str]:
    """Return the frames of an error as `file:line function`, deepest last.

    Its message stays out: vendors' messages quote what a user sent.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def log_failure(error: Exception, **ids: int | str | None) -> None:
    """Log the type, the code and the frames of an error, and whom or what it is about."""
    code = error.code if isinstance(error, DomainError) else None
    logger.error("failed", error=type(error).__name__, code=code, where=where(error), extra=ids)
