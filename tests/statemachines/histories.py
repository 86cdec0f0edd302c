"""What an execution did, in words that every interpreter of the language shares."""

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.template.document import ROOT

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

DEFINITION = ROOT / "statemachines" / "run_poller.asl.json"
# Longer than any test waits.
FAR_AHEAD = "2999-12-31T00:00:00Z"
LONG_AGO = "2000-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class History:
    """The states that were entered in order, with `!` and the errors between them, and the end."""

    steps: list[str]
    status: str
    error: str | None

    @property
    def transitions(self) -> int:
        """What AWS charges for: each state that is entered, and each retry."""
        return len(self.steps) + 1


def asked(run_id: str, *, user_id: int = 7, until: str = FAR_AHEAD) -> str:
    """Return the input of an execution."""
    return json.dumps({"user_id": user_id, "run_id": run_id, "until": until})


def finished(client: "SFNClient", execution: str, *, patience: float = 60) -> History:
    """Wait for an execution to end and return what it did."""
    deadline = time.monotonic() + patience
    while (described := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution does not end"
        time.sleep(0.02)
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution)
    events: list[Any] = [event for page in pages for event in page["events"]]
    steps = [step for event in events if (step := _step(event))]
    return History(steps, described["status"], described.get("error"))


def _step(event: dict[str, Any]) -> str | None:
    if "stateEnteredEventDetails" in event:
        return str(event["stateEnteredEventDetails"]["name"])
    if event["type"] == "TaskFailed":
        return f"!{event['taskFailedEventDetails']['error']}"
    return None
