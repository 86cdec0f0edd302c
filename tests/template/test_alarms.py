"""The alarms: on metrics that there are, and silent only where silence is good."""

from typing import Any

import pytest

from afterglow.adapters.sqs import LONGEST_DELAY
from tests.template.document import GLOBALS, RESOURCES, ROOT, TEMPLATE, Resource, of_type

ALARMS = of_type("AWS::CloudWatch::Alarm")
MACHINES = of_type("AWS::Serverless::StateMachine")
OURS = GLOBALS["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
SERVICE = GLOBALS["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "layers" / "core").rglob("*.py")))
each_alarm = pytest.mark.parametrize("name", ALARMS)
each_of_ours = pytest.mark.parametrize(
    "name", [name for name, alarm in ALARMS.items() if alarm["Namespace"] == OURS]
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
    always = ALARMS[name]["MetricName"] == "OldestOpenRunSeconds"

    assert ALARMS[name]["TreatMissingData"] == ("breaching" if always else "notBreaching")


@each_of_ours
def test_a_metric_of_ours_is_counted_for_each_deployment_apart(name: str) -> None:
    assert dimensions(ALARMS[name])["service"] == SERVICE


@each_of_ours
def test_a_metric_and_a_code_are_ones_that_the_code_knows(name: str) -> None:
    words = [ALARMS[name]["MetricName"], dimensions(ALARMS[name]).get("code")]

    for word in filter(None, words):
        assert f'"{word}"' in SOURCES


@each_alarm
def test_what_an_alarm_is_about_is_in_this_stack(name: str) -> None:
    values = [value for value in dimensions(ALARMS[name]).values() if isinstance(value, dict)]
    named = [value.get("Ref") or value.get("Fn::GetAtt", [None])[0] for value in values]
    about = [name for name in named if name]

    assert set(about) <= set(RESOURCES)
    assert ALARMS[name]["Namespace"] == OURS or about


def test_what_recovers_runs_and_uploads_is_watched() -> None:
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in ALARMS.values()}

    assert watched == {
        (OURS, "TurnsFailed"),
        (OURS, "OldestOpenRunSeconds"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
        ("AWS/Lambda", "Errors"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    }


def test_every_state_machine_and_all_that_works_unasked_is_watched() -> None:
    watched: dict[str, set[str]] = {}
    for alarm in ALARMS.values():
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
