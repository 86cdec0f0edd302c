"""The dashboard: what an operator looks at first, of metrics that there are."""

import json
import re
from typing import Any

import pytest

from afterglow.metrics import Metric
from tests.template.document import FUNCTIONS, GLOBALS, RESOURCES, TABLES, of_type

BODY = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
WIDGETS = json.loads(BODY)["widgets"]
SERVICE = GLOBALS["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]["Fn::Sub"]
API = RESOURCES["Api"]["Properties"]["Name"]["Fn::Sub"]
SEARCH = re.compile(
    r"SEARCH\('\{Afterglow,service,code\} MetricName=\"(\w+)\" service=\"([^\"]+)\"', 'Sum', 300\)"
)
# What AWS sends, and by which dimension, as its services' "metrics and dimensions" pages say.
OF_AWS = {
    ("AWS/ApiGateway", "ApiName"): {"Count", "4XXError", "5XXError", "Latency"},
    ("AWS/DynamoDB", "TableName"): {"ReadThrottleEvents", "WriteThrottleEvents"},
    ("AWS/Lambda", "FunctionName"): {"Duration", "Errors", "Throttles"},
    ("AWS/SQS", "QueueName"): {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
    },
    ("AWS/States", "StateMachineArn"): {"ExecutionsFailed", "ExecutionsTimedOut"},
}
QUEUES = {f"{name}.QueueName" for name in of_type("AWS::SQS::Queue")}
MACHINES = set(of_type("AWS::Serverless::StateMachine"))
Shown = list[tuple[str, str, str, str]]


def spelled_out(metrics: list[list[Any]]) -> Shown:
    """Namespace, metric, dimension and value of each, with CloudWatch's short forms spelled out."""
    shown: Shown = []
    for entry in metrics:
        words = [each for each in entry if isinstance(each, str)]
        if words[:1] == ["..."]:
            words = [*shown[-1][: 4 - len(words[1:])], *words[1:]]
        words = [shown[-1][at] if word == "." else word for at, word in enumerate(words)]
        namespace, metric, dimension, value = words
        shown.append((namespace, metric, dimension, value))
    return shown


LISTED = [
    each
    for widget in WIDGETS
    for each in spelled_out(
        [entry for entry in widget["properties"]["metrics"] if isinstance(entry[0], str)]
    )
]
SEARCHES = [
    entry[0]["expression"]
    for widget in WIDGETS
    for entry in widget["properties"]["metrics"]
    if isinstance(entry[0], dict)
]


@pytest.mark.parametrize("shown", LISTED, ids=" ".join)
def test_every_metric_is_one_that_is_sent(shown: tuple[str, str, str, str]) -> None:
    namespace, metric, dimension, value = shown

    if namespace == "Afterglow":
        assert metric in {each.value for each in Metric}
        assert (dimension, value) == ("service", SERVICE)
    else:
        assert metric in OF_AWS[namespace, dimension]
        assert value == API or re.fullmatch(r"\$\{[\w.]+\}", value)


def test_failed_turns_are_shown_by_every_code() -> None:
    (search,) = SEARCHES
    found = SEARCH.fullmatch(search)

    assert found
    assert (found[1], found[2]) == (Metric.TURNS_FAILED, SERVICE)


@pytest.mark.parametrize(
    ("namespace", "metric", "all_of_them"),
    [
        *[("AWS/Lambda", metric, set(FUNCTIONS)) for metric in ("Errors", "Throttles", "Duration")],
        ("AWS/DynamoDB", "ReadThrottleEvents", set(TABLES)),
        ("AWS/DynamoDB", "WriteThrottleEvents", set(TABLES)),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", QUEUES),
        ("AWS/States", "ExecutionsFailed", MACHINES),
        ("AWS/States", "ExecutionsTimedOut", MACHINES),
    ],
)
def test_none_is_left_out(namespace: str, metric: str, all_of_them: set[str]) -> None:
    values = [value for *names, _, value in LISTED if names == [namespace, metric]]

    assert sorted(values) == sorted(f"${{{name}}}" for name in all_of_them)


def test_every_figure_of_ours_is_shown() -> None:
    shown = {metric for namespace, metric, _, _ in LISTED if namespace == "Afterglow"}

    assert shown == {metric.value for metric in Metric} - {Metric.TURNS_FAILED}


def test_what_is_named_is_in_this_stack() -> None:
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", BODY)}

    assert named <= {*RESOURCES, "Stage"}


def test_nothing_lies_over_anything_else() -> None:
    places = [(widget["x"], widget["y"]) for widget in WIDGETS]

    assert len(places) == len(set(places))
    for widget in WIDGETS:
        assert widget["x"] % 8 == widget["y"] % 6 == 0
        assert (widget["width"], widget["height"]) == (8, 6)
        assert widget["x"] + widget["width"] <= 24
        assert widget["properties"]["region"] == "${AWS::Region}"
