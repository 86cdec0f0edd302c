"""What runs on a schedule: no caller waits for it, so its one log line is its answer."""

import time
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.domain.errors import DomainError
from afterglow.observability import logger, where
from afterglow.services.forgetting import ReapReport

# The longest step: a call upstream, and writes to a DynamoDB that is slow to answer.
LAST_STEP = timedelta(seconds=20)

Counts = dict[str, Any]


class JobFailedError(Exception):
    """A job came to nothing; the log tells why. For the function's count of errors."""


def reap(context: LambdaContext) -> Counts:
    """Clear away what is deleted until the function's time is nearly up.

    Return, and log, how many deletions were `finished`, had to be left `waiting`, were left
    `unfinished` for want of time or `failed`, and how many Responses OpenAI has `forgotten`.
    Raises JobFailedError if not even the deletions could be listed.
    """
    started = time.perf_counter()
    counts, left_upstream = _pass(context)
    logger.info(
        "reaped",
        **counts,
        left_upstream=left_upstream,
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        lambda_request_id=context.aws_request_id,
    )
    return counts


def _pass(context: LambdaContext) -> tuple[Counts, Counts]:
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    try:
        report = bootstrap.reaper().reap(until=bootstrap.now() + left - LAST_STEP)
    except Exception as error:  # noqa: BLE001 - Lambda would log its text, which may quote anything
        _log_failure(error)
        raise JobFailedError("reap") from None
    for deletion, failure in report.failures:
        _log_failure(failure, user_id=deletion.user_id, thread_id=deletion.thread_id)
    return _counts(report), dict(report.left_upstream)


def _counts(report: ReapReport) -> Counts:
    return {
        "finished": report.finished,
        "waiting": report.waiting,
        "unfinished": report.unfinished,
        "failed": len(report.failures),
        "forgotten": report.forgotten,
    }


def _log_failure(error: Exception, **ids: int | None) -> None:
    code = error.code if isinstance(error, DomainError) else None
    logger.error("failed", error=type(error).__name__, code=code, where=where(error), extra=ids)
