"""Figures for CloudWatch: lines of the log in its embedded metric format. No ids, no content."""

from collections.abc import Mapping
from enum import StrEnum

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


class Metric(StrEnum):
    """What is counted or measured; template.yaml has alarms on some."""

    TURNS_ACCEPTED = "TurnsAccepted"
    TURNS_COMPLETED = "TurnsCompleted"
    TURNS_FAILED = "TurnsFailed"
    RUNS_RECOVERED = "RunsRecovered"
    UPLOADS_RECOVERED = "UploadsRecovered"
    OLDEST_OPEN_RUN_SECONDS = "OldestOpenRunSeconds"
    OLDEST_DELETION_SECONDS = "OldestDeletionSeconds"


_UNITS = {
    Metric.OLDEST_OPEN_RUN_SECONDS: MetricUnit.Seconds,
    Metric.OLDEST_DELETION_SECONDS: MetricUnit.Seconds,
}


def measure(values: Mapping[Metric, float], **dimensions: str) -> None:
    """Log values at once, so that whoever is killed afterwards has said them.

    A dimension is one of a few words: CloudWatch keeps, and bills, a metric for each.
    """
    metrics = EphemeralMetrics()
    for name, word in dimensions.items():
        metrics.add_dimension(name, word)
    for metric, value in values.items():
        metrics.add_metric(metric.value, _UNITS.get(metric, MetricUnit.Count), value)
    metrics.flush_metrics()
