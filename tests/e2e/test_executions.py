"""What takes longer than its request is looked after by the state machine, for everyone to see."""

import json
import time

import pytest

from local.deploy.client import client
from local.executions import NoExecutionError, history, told
from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.e2e.visitor import Visitor

LATER = {"Prefer": "respond-async"}
PATIENCE = 60.0


def ask_later(visitor: Visitor) -> str:
    """Send a message whose answer is not waited for; return its run."""
    asked = {"threadId": 1, "message": "How long does a kettle take to boil?"}
    response = visitor.http.post("/api/chat", json=asked, headers=LATER)
    assert response.status_code == 202, response.text
    return str(response.json()["runId"])


def execution_of(cloud: LocalCloud, run_id: str) -> str:
    """Wait for the execution of a run to end and return its name."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for line in told(cloud.cloud_url, "", 100):
            _, status, *_, name = line.split()
            if name.startswith(run_id) and status != "RUNNING":
                assert status == "SUCCEEDED"
                return name
        time.sleep(0.2)
    pytest.fail("the state machine did not end the run")


def test_an_execution_takes_a_run_to_its_end(
    cloud: LocalCloud, visitor: Visitor, openai: ControlClient
) -> None:
    openai.configure(response_seconds=6)
    run_id = ask_later(visitor)

    name = execution_of(cloud, run_id)

    assert visitor.get(f"/api/runs/{run_id}").json()["status"] == "completed"
    assert [message["role"] for message in visitor.messages()] == ["user", "assistant"]
    states = [event.about for event in history(cloud.cloud_url, name) if "Entered" in event.kind]
    assert states[-3:] == ["Poll", "IsOver", "Over"]


def test_an_execution_is_given_no_content(
    cloud: LocalCloud, visitor: Visitor, openai: ControlClient
) -> None:
    openai.configure(response_seconds=0.5)
    name = execution_of(cloud, ask_later(visitor))

    states = client("stepfunctions", cloud.cloud_url)
    machine = cloud.outputs["RunPollerArn"]
    execution = machine.replace(":stateMachine:", ":execution:") + f":{name}"
    found = states.get_execution_history(executionArn=execution)

    given = json.loads(states.describe_execution(executionArn=execution)["input"])
    assert set(given) == {"user_id", "run_id", "until"}
    assert "kettle" not in str(found)
    assert visitor.api_key not in str(found)


def test_an_execution_that_nobody_knows_is_said_to_be_none(cloud: LocalCloud) -> None:
    with pytest.raises(NoExecutionError, match="no execution nobody-1"):
        history(cloud.cloud_url, "nobody-1")


def test_the_schedule_has_the_sweeper_run(cloud: LocalCloud) -> None:
    logs = client("logs", cloud.cloud_url)
    (group,) = [
        each["logGroupName"]
        for each in logs.describe_log_groups()["logGroups"]
        if "SweeperLogGroup" in each["logGroupName"]
    ]
    deadline = time.monotonic() + 100

    swept: list[dict[str, object]] = []
    while not swept:
        assert time.monotonic() < deadline, "nobody has the sweeper run"
        time.sleep(1)
        events = logs.filter_log_events(logGroupName=group, filterPattern="swept")["events"]
        lines = [json.loads(event["message"]) for event in events]
        swept = [line for line in lines if line["message"] == "swept"]

    assert swept[0]["failed"] == 0
