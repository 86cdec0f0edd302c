"""The alarms: on metrics that there are, and silent only where silence is good."""

from datetime import timedelta
from typing import Any

import pytest

from afterglow.adapters.sqs import LONGEST_DELAY
from afterglow.services.clearing import PATIENCE
from tests.template.document import (
    FUNCTIONS,
    GLOBALS,
    RESOURCES,
    ROOT,
    TEMPLATE,
    WITH_ROUTES,
    Resource,
    of_type,
)

ALARMS = of_type("AWS::CloudWatch::Alarm")
# On one metric, and on the sum of some.
ON_METRICS = {name: alarm for name, alarm in ALARMS.items() if "MetricName" in alarm}
SUMS = {name: alarm["Metrics"] for name, alarm in ALARMS.items() if name not in ON_METRICS}
ALWAYS_SAID = {"OldestDeletionSeconds", "OldestOpenRunSeconds"}
MACHINES = of_type("AWS::Serverless::StateMachine")
OURS = GLOBALS["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
SERVICE = GLOBALS["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "layers" / "core").rglob("*.py")))
each_alarm = pytest.mark.parametrize("name", ALARMS)
each_of_ours = pytest.mark.parametrize(
    "name", [name for name, alarm in ON_METRICS.items() if alarm["Namespace"] == OURS]
)


def dimensions(alarm: Resource) -> dict[str, Any]:
    """Return an alarm's dimensions."""
    return {each["Name"]: each["Value"] for each in alarm["Dimensions"]}


@each_alarm
def test_an_alarm_goes_to_the_topic_if_there_is_one(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == {
        "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
    }


@each_alarm
def test_only_where_a_metric_always_comes_is_silence_bad(name: str) -> None:
    always = ALARMS[name].get("MetricName") in ALWAYS_SAID

    assert ALARMS[name]["TreatMissingData"] == ("breaching" if always else "notBreaching")


@each_of_ours
def test_a_metric_of_ours_is_counted_for_each_deployment_apart(name: str) -> None:
    assert dimensions(ALARMS[name])["service"] == SERVICE


@each_of_ours
def test_a_metric_and_a_code_are_ones_that_the_code_knows(name: str) -> None:
    words = [ALARMS[name]["MetricName"], dimensions(ALARMS[name]).get("code")]

    for word in filter(None, words):
        assert f'"{word}"' in SOURCES


@pytest.mark.parametrize("name", ON_METRICS)
def test_what_an_alarm_is_about_is_in_this_stack(name: str) -> None:
    values = [value for value in dimensions(ALARMS[name]).values() if isinstance(value, dict)]
    named = [value.get("Ref") or value.get("Fn::GetAtt", [None])[0] for value in values]
    about = [name for name in named if name]

    assert set(about) <= set(RESOURCES)
    named_by_us = {"Fn::Sub": "afterglow-${Stage}"} in values
    assert ALARMS[name]["Namespace"] == OURS or about or named_by_us


def test_what_is_watched() -> None:
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in ON_METRICS.values()}

    assert watched == {
        (OURS, "TurnsFailed"),
        (OURS, "OldestOpenRunSeconds"),
        (OURS, "OldestDeletionSeconds"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
        ("AWS/Lambda", "Errors"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    }


def test_every_state_machine_and_all_that_works_unasked_is_watched() -> None:
    watched: dict[str, set[str]] = {}
    for alarm in ON_METRICS.values():
        for value in dimensions(alarm).values():
            if isinstance(value, dict) and "Ref" in value:
                watched.setdefault(alarm["MetricName"], set()).add(value["Ref"])

    assert watched["ExecutionsFailed"] == watched["ExecutionsTimedOut"] == set(MACHINES)
    assert watched["Errors"] == {
        "DirectoryFunction",
        "IngestFunction",
        "PollerFunction",
        "SweeperFunction",
    }


def test_one_dead_letter_is_one_too_many() -> None:
    alarm = ALARMS["IngestDeadLettersAlarm"]

    assert dimensions(alarm) == {
        "QueueName": {"Fn::GetAtt": ["IngestDeadLetterQueue", "QueueName"]}
    }
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == (
        "GreaterThanOrEqualToThreshold",
        1,
        "Maximum",
    )


def test_a_backlog_is_seen_and_what_we_put_off_ourselves_is_none() -> None:
    alarm = ALARMS["IngestBacklogAlarm"]

    assert dimensions(alarm) == {"QueueName": {"Fn::GetAtt": ["IngestQueue", "QueueName"]}}
    assert (alarm["ComparisonOperator"], alarm["Statistic"]) == ("GreaterThanThreshold", "Maximum")
    kept = RESOURCES["IngestQueue"]["Properties"]["MessageRetentionPeriod"]
    received_again = RESOURCES["IngestQueue"]["Properties"]["VisibilityTimeout"]
    put_off = LONGEST_DELAY.total_seconds()
    assert put_off < alarm["Threshold"] < 2 * put_off
    assert alarm["Period"] * alarm["EvaluationPeriods"] > received_again
    assert alarm["Threshold"] < kept / 2


@pytest.mark.parametrize("name", ["TurnsRefusedAlarm", "TurnsMisunderstoodAlarm"])
def test_what_one_user_has_now_and_then_is_no_alarm(name: str) -> None:
    alarm = ALARMS[name]

    assert alarm["Threshold"] > 2 * TEMPLATE["Parameters"]["RunningTurns"]["Default"]
    # The same question again and again, a while long.
    assert alarm["Period"] * alarm["EvaluationPeriods"] >= 2 * 900
    assert alarm["EvaluationPeriods"] > 1
    assert "one user" in alarm["AlarmDescription"]


def test_one_user_cannot_have_so_many_uploads_time_out() -> None:
    alarm = ALARMS["DirectoryIngestsTimedOutAlarm"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Period"]) == (
        "GreaterThanThreshold",
        {"Ref": "UploadsPerHour"},
        3600,
    )
    assert "one user" in alarm["AlarmDescription"]


def functions_of(name: str, metric: str) -> set[str]:
    """The functions whose figures an alarm adds up, and nothing else in it."""
    sum_of_all, *each = SUMS[name]
    assert sum_of_all == {"Id": "all", "Expression": "SUM(FILL(METRICS(), 0))"}
    assert all(one["ReturnData"] is False for one in each)
    stats = [one["MetricStat"] for one in each]
    assert all((stat["Stat"], stat["Period"]) == ("Sum", 300) for stat in stats)
    kinds = {(stat["Metric"]["Namespace"], stat["Metric"]["MetricName"]) for stat in stats}
    assert kinds == {("AWS/Lambda", metric)}
    return {dimensions(stat["Metric"])["FunctionName"]["Ref"] for stat in stats}


def test_every_function_behind_the_api_is_watched_together() -> None:
    assert functions_of("RequestErrorsAlarm", "Errors") == set(WITH_ROUTES)


def test_no_function_is_turned_away_unseen_but_where_that_is_the_point() -> None:
    bounded = {name for name, each in FUNCTIONS.items() if "ReservedConcurrentExecutions" in each}
    # Their figures come every minute, and silence is an alarm.
    heard = {"ReaperFunction", "SweeperFunction"}

    assert functions_of("ThrottlesAlarm", "Throttles") == set(FUNCTIONS) - bounded - heard


@pytest.mark.parametrize("name", SUMS)
def test_an_alarm_adds_up_as_many_metrics_as_cloudwatch_takes(name: str) -> None:
    """Ten: AWS::CloudWatch::Alarm MetricDataQuery, quotas of CloudWatch."""
    assert len([each for each in SUMS[name] if "MetricStat" in each]) <= 10


def test_a_deletion_that_waits_for_openai_is_no_alarm_and_silence_is_one() -> None:
    alarm = ALARMS["OldestDeletionAlarm"]

    assert (alarm["ComparisonOperator"], alarm["Statistic"]) == ("GreaterThanThreshold", "Maximum")
    assert PATIENCE < timedelta(seconds=alarm["Threshold"]) <= 2 * PATIENCE
    assert alarm["Period"] >= 2 * 60


def test_one_user_whom_openai_fails_sets_off_no_alarm_of_the_api() -> None:
    alarm = ALARMS["ApiErrorsAlarm"]
    of_one_user = {
        "ChatsPerMinute": 1,
        "UploadsPerHour": 60,
        "ThreadsPerHour": 60,
        "KeyChangesPerMinute": 1,
    }
    most = sum(
        TEMPLATE["Parameters"][name]["Default"] / minutes for name, minutes in of_one_user.items()
    )

    assert (alarm["Statistic"], alarm["Period"]) == ("Sum", 60)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 30)
    assert most < alarm["Threshold"]
    assert dimensions(alarm) == {"ApiName": RESOURCES["Api"]["Properties"]["Name"]}
