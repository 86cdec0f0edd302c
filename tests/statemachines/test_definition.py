"""The definition on two interpreters that know nothing of each other: they agree."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

import httpx2
import pytest
from moto import mock_aws

from local.deploy.client import client
from local.ports import Ports
from local.up import LocalCloud
from tests.statemachines.histories import (
    DEFINITION,
    FAR_AHEAD,
    LONG_AGO,
    History,
    asked,
    finished,
)
from tests.statemachines.moto_machine import CONFIG, KilledError, MotoMachine

APP = Path(__file__).parent / "app"
NO_UPSTREAM = "http://127.0.0.1:1/v1"
DIES: dict[str, Any] = {"die": True}
OVER: dict[str, Any] = {"is_over": True, "wait_seconds": 0}
SOON: dict[str, Any] = {"is_over": False, "wait_seconds": 2}
BUSY: dict[str, Any] = {"error": "Lambda.TooManyRequestsException"}
BROKEN: dict[str, Any] = {"error": "JobFailedError"}
ROUND = ["Poll", "IsOver", "Wait"]
KILLED = "!Runtime.ExitError"


class Scenario(NamedTuple):
    """What the poller does call by call, the last for ever, and what is to be seen."""

    script: list[dict[str, Any]]
    seen: History
    until: str = FAR_AHEAD


def ends(*steps: str, error: str | None = None) -> History:
    """Return a history that ends well, or with an error."""
    return History([*steps], "FAILED" if error else "SUCCEEDED", error)


SCENARIOS = {
    "over_at_once": Scenario([OVER], ends("Poll", "IsOver", "Over")),
    "over_at_the_third": Scenario(
        [SOON, SOON, OVER], ends(*ROUND, *ROUND, "Poll", "IsOver", "Over")
    ),
    "killed_twice": Scenario([DIES, DIES, OVER], ends("Poll", KILLED, KILLED, "IsOver", "Over")),
    "busy_then_fine": Scenario(
        [BUSY, BUSY, BUSY, SOON, OVER],
        ends(
            *("Poll", *["!Lambda.TooManyRequestsException"] * 3, "IsOver", "Wait"),
            *("Poll", "IsOver", "Over"),
        ),
    ),
    "killed_for_good": Scenario([DIES], ends("Poll", *[KILLED] * 4, "GaveUp", error="PollFailed")),
    "failing_for_good": Scenario(
        [BROKEN], ends("Poll", *["!JobFailedError"] * 4, "GaveUp", error="PollFailed")
    ),
    "busy_for_good": Scenario(
        [BUSY],
        ends("Poll", *["!Lambda.TooManyRequestsException"] * 7, "GaveUp", error="PollFailed"),
    ),
    "never_over": Scenario(
        [SOON], ends("Poll", "IsOver", "Overdue", error="RunOverdue"), until=LONG_AGO
    ),
    "over_at_last": Scenario([OVER], ends("Poll", "IsOver", "Over"), until=LONG_AGO),
}
each_scenario = pytest.mark.parametrize("name", SCENARIOS)


def scripted(script: list[dict[str, Any]]) -> Callable[[dict[str, Any]], object]:
    """Return a poller that does as a script tells, as the function in `app` does."""
    steps = list(script)

    def task(event: dict[str, Any]) -> object:
        assert set(event) == {"user_id", "run_id"}
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if "die" in step:
            raise KilledError
        if "error" in step:
            raise type(step["error"], (Exception,), {})
        return step

    return task


@pytest.fixture
def machine() -> Iterator[MotoMachine]:
    """Return the definition on moto's interpreter."""
    with mock_aws(config=CONFIG):
        yield MotoMachine()


@each_scenario
def test_moto_sees_what_was_meant(machine: MotoMachine, name: str) -> None:
    scenario = SCENARIOS[name]

    seen = machine.run(scripted(scenario.script), asked("run_1", until=scenario.until))

    assert seen == scenario.seen


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, History]]:
    """Return what the local cloud's interpreter saw in every scenario; waits are short."""
    folder, scripts = tmp_path_factory.mktemp("app") / "app", tmp_path_factory.mktemp("scripts")
    copytree(APP, folder)
    copytree(DEFINITION.parent, folder / DEFINITION.parent.name)
    with LocalCloud(
        Ports.free(),
        tmp_path_factory.mktemp("cloud"),
        openai_base_url=NO_UPSTREAM,
        template=folder / "template.yaml",
        parameters={"Scripts": str(scripts)},
    ) as cloud:
        set_ = httpx2.post(
            f"{cloud.cloud_url}/_ministack/config",
            json={"stepfunctions._SFN_WAIT_SCALE": 0.001},
            trust_env=False,
        )
        assert set_.json()["applied"]
        yield executed(cloud, scripts)


def executed(cloud: LocalCloud, scripts: Path) -> dict[str, History]:
    """Execute every scenario on the local cloud, all at once."""
    states = client("stepfunctions", cloud.cloud_url)
    started = {}
    for name, scenario in SCENARIOS.items():
        (scripts / name).write_text(json.dumps(scenario.script))
        started[name] = states.start_execution(
            stateMachineArn=cloud.outputs["RunPollerArn"],
            name=name,
            input=asked(name, until=scenario.until),
        )["executionArn"]
    return {name: finished(states, execution) for name, execution in started.items()}


@pytest.mark.e2e
@each_scenario
def test_the_local_cloud_sees_the_same(histories: dict[str, History], name: str) -> None:
    assert histories[name] == SCENARIOS[name].seen
