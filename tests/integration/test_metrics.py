"""What CloudWatch is told: figures, by a few words, and of nobody in particular."""

import json
from datetime import timedelta
from typing import Any

import pytest

from afterglow import bootstrap
from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.metrics import Metric
from tests.browser import Browser
from tests.canaries import leaks
from tests.contract.worlds import deployed
from tests.delivery import function_module, overheard, route_of
from tests.departures import settled
from tests.events import Context
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.engine import ScriptedEngine, done, working
from tests.integration.later import request_of
from tests.integration.people import user_id_of
from tests.pollers import looked_after_by
from tests.template.document import RESOURCES

COUNTED = {"Unit": "Count"}


def told(function: str, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of figures that an invocation logs, each checked for its shape."""
    with overheard() as log:
        function_module(function).lambda_handler(event, Context())
    assert not leaks(log.getvalue())
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    figures = [line for line in lines if "_aws" in line]
    for line in figures:
        _check_shape(line)
    return figures


def _check_shape(line: dict[str, Any]) -> None:
    """Check that a line is as CloudWatch wants it, with nothing in it that it does not want."""
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Afterglow"
    (dimensions,) = directive["Dimensions"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert set(names) <= set(Metric)
    assert set(line) == {"_aws", *dimensions, *names}
    assert line["service"] == "afterglow-local"


def shown(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what lines say, without how they say it."""
    return [
        {name: value for name, value in line.items() if name not in {"_aws", "service"}}
        for line in lines
    ]


def chat(user: Browser, thread_id: int) -> list[dict[str, Any]]:
    """Return what the function of chat tells of a message."""
    event = request_of(user, "/api/chat", {"threadId": thread_id, "message": "Will you?"})
    return told("chat", event | {"resource": route_of("POST", "/api/chat")[0]})


def test_a_turn_is_counted_when_it_begins_and_when_it_ends(
    user: Browser, engine: ScriptedEngine
) -> None:
    thread_id = user.open_thread()
    engine.then(done("Gladly."))

    lines = chat(user, thread_id)

    assert shown(lines) == [{"TurnsAccepted": [1.0]}, {"TurnsCompleted": [1.0]}]
    assert [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines] == [
        [["service"]]
    ] * 2
    units = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0] for line in lines]
    assert units == [{"Name": name} | COUNTED for name in ("TurnsAccepted", "TurnsCompleted")]


def test_a_turn_without_an_answer_is_counted_by_its_code(
    user: Browser, engine: ScriptedEngine
) -> None:
    thread_id = user.open_thread()
    engine.then(InvalidInputError("no", code="openai_refused"))

    _, failed = chat(user, thread_id)

    assert shown([failed]) == [{"code": "openai_refused", "TurnsFailed": [1.0]}]
    assert set(failed["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == {"code", "service"}


def test_what_was_not_taken_is_not_counted(user: Browser, engine: ScriptedEngine) -> None:
    thread_id = user.open_thread()
    engine.then(*[working()] * 100)
    late = request_of(user, "/api/chat", {"threadId": thread_id, "message": "Will you?"})
    late["requestContext"]["requestTimeEpoch"] -= 24_000
    late["resource"] = "/api/chat"

    assert shown(told("chat", late)) == [{"TurnsAccepted": [1.0]}]
    assert chat(user, thread_id) == []


def test_no_line_says_whose_it_was(user: Browser, engine: ScriptedEngine) -> None:
    thread_id = user.open_thread()
    engine.then(done("Gladly."))

    text = json.dumps(chat(user, thread_id))

    for telling in (str(user_id_of(user)), "run_", "thread_", "resp_", "Gladly", user.username):
        assert telling not in text


@pytest.mark.parametrize(
    ("last", "ended"),
    [
        (done("So."), {"TurnsCompleted": [1.0]}),
        (
            OperationFailedError("down", code="openai_bad_answer"),
            None,
        ),
    ],
    ids=["over", "going on"],
)
def test_the_sweeper_tells_what_it_found(last: Any, ended: dict[str, Any] | None) -> None:
    clock = FakeClock(NOON + timedelta(minutes=2))
    customer = settled(deployed())
    thread, _ = customer.thread()
    customer.ask(thread.id)

    with looked_after_by(ScriptedEngine(last).opened_with, clock, clock.sleep):
        lines = told("sweeper", {})

    recovered = {"RunsRecovered": [float(ended is not None)], "OldestOpenRunSeconds": [120.0]}
    uploads = {"UploadsRecovered": [0.0]}
    assert shown(lines) == [uploads, *([ended] if ended else []), recovered]
    units = {
        each["Name"]: each["Unit"] for each in lines[-1]["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    assert units == {"RunsRecovered": "Count", "OldestOpenRunSeconds": "Seconds"}


def test_the_sweeper_says_so_when_there_is_nothing() -> None:
    clock = FakeClock(NOON)

    with looked_after_by(ScriptedEngine().opened_with, clock, clock.sleep):
        lines = told("sweeper", {})

    assert shown(lines) == [
        {"UploadsRecovered": [0.0]},
        {"RunsRecovered": [0.0], "OldestOpenRunSeconds": [0.0]},
    ]


@pytest.mark.parametrize("hours", [None, 30], ids=["nothing", "an old one"])
def test_the_reaper_says_every_time_how_old_the_oldest_deletion_is(hours: int | None) -> None:
    world = deployed()
    if hours is not None:
        customer = settled(world)
        thread, _ = customer.thread()
        world.threads.delete(customer.user.id, thread.id, bootstrap.now() - timedelta(hours=hours))

    (line,) = told("reaper", {})

    (metric,) = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert metric == {"Name": "OldestDeletionSeconds", "Unit": "Seconds"}
    (seconds,) = line["OldestDeletionSeconds"]
    assert seconds == pytest.approx((hours or 0) * 3600, abs=30)


def test_alarms_are_on_figures_that_there_are() -> None:
    watched = set()
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            for metric in _metrics_of(resource["Properties"]):
                dimensions = {each["Name"] for each in metric["Dimensions"]}
                watched.add((metric["MetricName"], frozenset(dimensions)))

    assert watched == {
        (Metric.TURNS_FAILED, frozenset({"service", "code"})),
        (Metric.OLDEST_OPEN_RUN_SECONDS, frozenset({"service"})),
        (Metric.OLDEST_DELETION_SECONDS, frozenset({"service"})),
    }


def _metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    stats = [
        each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each
    ]
    return [each for each in [alarm, *stats] if each.get("Namespace") == "Afterglow"]
