"""The launcher on Step Functions."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from afterglow.adapters.stepfunctions import StepFunctionsLauncher
from afterglow.domain.models import Run
from tests.delivery import overheard
from tests.examples import a_run, a_thread
from tests.fakes.clock import NOON
from tests.wiretap import Fault, Wiretap, losing_the_reply, refusing

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STATE_MACHINE = os.environ["RUN_POLLER_ARN"]
QUOTED = "what a vendor quotes"
launcher = StepFunctionsLauncher(STATE_MACHINE)
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def states() -> "SFNClient":
    """Return a client of Step Functions."""
    return boto3.client("stepfunctions")


@pytest.fixture
def run() -> Run:
    """Return a run at its third attempt."""
    return a_run(a_thread(), attempt=3)


def executions(states: "SFNClient", run: Run) -> list[dict[str, Any]]:
    """Return the executions for a run."""
    found = states.list_executions(stateMachineArn=STATE_MACHINE)["executions"]
    described = [states.describe_execution(executionArn=each["executionArn"]) for each in found]
    return [dict(each) for each in described if json.loads(each["input"])["run_id"] == run.id]


def launched(run: Run) -> list[dict[str, Any]]:
    """Launch a run and return what was logged."""
    with overheard() as log:
        launcher.launch(run)
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_an_execution_is_named_after_run_and_attempt(states: "SFNClient", run: Run) -> None:
    assert launched(run) == []

    (execution,) = executions(states, run)
    assert execution["name"] == f"{run.id}-3"


def test_an_execution_is_given_ids_and_an_end_and_nothing_else(
    states: "SFNClient", run: Run
) -> None:
    launcher.launch(run)

    (execution,) = executions(states, run)
    given = json.loads(execution["input"])
    assert given == {"user_id": run.user_id, "run_id": run.id, "until": given["until"]}
    # The text that AWS's clock is compared with: the same form, to the second.
    assert given["until"] == "2026-11-22T12:17:00Z"
    end = datetime.fromisoformat(given["until"])
    assert timedelta(0) < end - run.deadline <= timedelta(minutes=2)


def test_the_end_is_said_in_utc(states: "SFNClient") -> None:
    east = timezone(timedelta(hours=5))
    run = a_run(a_thread(), deadline=NOON.astimezone(east))

    launcher.launch(run)

    assert json.loads(executions(states, run)[0]["input"])["until"] == "2026-11-22T12:02:00Z"
    assert NOON.tzinfo is UTC


def test_the_same_attempt_twice_is_one_execution(states: "SFNClient", run: Run) -> None:
    assert launched(run) + launched(run) == []

    assert len(executions(states, run)) == 1


def test_another_attempt_is_another_execution(states: "SFNClient", run: Run) -> None:
    launcher.launch(run)
    launcher.launch(run.claimed(NOON))

    assert {each["name"] for each in executions(states, run)} == {f"{run.id}-3", f"{run.id}-4"}


def test_that_there_was_one_already_is_a_success(run: Run, aws: Wiretap) -> None:
    with aws.spoiling("StartExecution", refusing("ExecutionAlreadyExists")):
        assert launched(run) == []


def test_a_lost_reply_is_asked_for_again(states: "SFNClient", run: Run, aws: Wiretap) -> None:
    with aws.spoiling("StartExecution", losing_the_reply):
        assert launched(run) == []

    assert len(executions(states, run)) == 1


def timing_out(_: str, request: AWSPreparedRequest) -> AWSResponse:
    """Give no answer."""
    raise ReadTimeoutError(endpoint_url=request.url)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (refusing("ThrottlingException", message=QUOTED), "ThrottlingException"),
        (refusing("StateMachineDoesNotExist", message=QUOTED), "StateMachineDoesNotExist"),
        (refusing("ServiceUnavailable", 503, message=QUOTED), "ServiceUnavailable"),
        (refusing("AccessDeniedException", message=QUOTED), "AccessDeniedException"),
        (timing_out, "ReadTimeoutError"),
    ],
)
def test_what_cannot_be_launched_is_left_to_the_sweeper(
    run: Run, aws: Wiretap, fault: Fault, code: str
) -> None:
    with aws.breaking("StartExecution", fault):
        (line,) = launched(run)

    assert (line["level"], line["message"], line["code"]) == ("ERROR", "not launched", code)
    assert line["run_id"] == run.id
    assert QUOTED not in json.dumps(line)


def test_a_launch_gives_up_before_the_request_has_to(run: Run, aws: Wiretap) -> None:
    asked = []

    def refused(event: str, request: AWSPreparedRequest) -> AWSResponse:
        asked.append(event)
        return refusing("ServiceUnavailable", 503)(event, request)

    with aws.breaking("StartExecution", refused):
        launched(run)

    assert len(asked) == 2
