"""Going on with what nobody is at work on."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.api.jobs.failures import job
from afterglow.api.jobs.passes import Counts, last_step_at, timed
from afterglow.metrics import Metric, measure
from afterglow.observability import log_failure
from afterglow.services.sweeping import SweepReport


def sweep(context: LambdaContext) -> Counts:
    """Queue what is due of uploads, and take up every run that is due until time is nearly up.

    Return, and log, how many runs were `recovered`, are `waiting` on, were left `unfinished` for
    want of time or `failed`, and how many `uploads` the queue was told of. Raises JobFailedError if
    not even what is due could be listed; neither keeps the other from being swept.
    """
    try:
        uploads = _sweep_uploads(context)
    finally:
        runs = _sweep_runs(context)
    return runs | uploads


def _sweep_uploads(context: LambdaContext) -> Counts:
    log = timed(context)
    with job("sweep"):
        queued = bootstrap.upload_sweeper().sweep()
    measure({Metric.UPLOADS_RECOVERED: queued})
    log("swept uploads", uploads=queued)
    return {"uploads": queued}


def _sweep_runs(context: LambdaContext) -> Counts:
    log = timed(context)
    with job("sweep"):
        report = bootstrap.sweeper().sweep(until=last_step_at(context))
    for due, failure in report.failures:
        log_failure(failure, user_id=due.user_id, run_id=due.id)
    counts = _counts(report)
    _measure(report)
    log("swept", **counts, oldest_seconds=round(report.oldest.total_seconds()))
    return counts


def _counts(report: SweepReport) -> Counts:
    return {
        "recovered": report.recovered,
        "waiting": report.waiting,
        "unfinished": report.unfinished,
        "failed": len(report.failures),
    }


def _measure(report: SweepReport) -> None:
    """Say it every time: an alarm takes silence for a sweeper that does not run."""
    measure(
        {
            Metric.RUNS_RECOVERED: report.recovered,
            Metric.OLDEST_OPEN_RUN_SECONDS: report.oldest.total_seconds(),
        }
    )
