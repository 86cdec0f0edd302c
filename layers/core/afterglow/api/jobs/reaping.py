"""Clearing away what is deleted."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.api.jobs.failures import job
from afterglow.api.jobs.passes import Counts, last_step_at, timed
from afterglow.metrics import Metric, measure
from afterglow.observability import log_failure
from afterglow.services.forgetting import ReapReport


def reap(context: LambdaContext) -> Counts:
    """Clear away what is deleted until the function's time is nearly up.

    Return, and log, how many deletions were `finished`, had to be left `waiting`, were left
    `unfinished` for want of time or `failed`, and how many things OpenAI has `forgotten`.
    Raises JobFailedError if not even the deletions could be listed.
    """
    log = timed(context)
    with job("reap"):
        report = bootstrap.reaper().reap(until=last_step_at(context))
    for deletion, failure in report.failures:
        log_failure(
            failure, user_id=deletion.user_id, kind=deletion.kind.value, deleted=deletion.name
        )
    counts = _counts(report)
    # Said every time: an alarm takes silence for a reaper that does not run.
    measure({Metric.OLDEST_DELETION_SECONDS: report.oldest.total_seconds()})
    log(
        "reaped",
        **counts,
        left_upstream=dict(report.left_upstream),
        oldest_seconds=round(report.oldest.total_seconds()),
    )
    return counts


def _counts(report: ReapReport) -> Counts:
    return {
        "finished": report.finished,
        "waiting": report.waiting,
        "unfinished": report.unfinished,
        "failed": len(report.failures),
        "forgotten": report.forgotten,
    }
