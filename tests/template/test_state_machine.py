"""The state machine: what it may do, what it tells, when it stops."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import cfnlint
import pytest
from jsonschema import Draft7Validator

from afterglow.services.acceptance import DEADLINE
from afterglow.services.pacing import LONGEST_WAIT
from tests.template.document import FUNCTIONS, GLOBALS, RESOURCES, ROLES, ROOT

MACHINE = RESOURCES["RunPoller"]["Properties"]
DEFINITION: dict[str, Any] = json.loads((ROOT / MACHINE["DefinitionUri"]).read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
POLL = STATES["Poll"]
SCHEMA = Path(cfnlint.__file__).parent / "data/schemas/other/step_functions/statemachine.json"


def errors(definition: dict[str, Any]) -> list[str]:
    """Return what AWS would not take."""
    validator = Draft7Validator(json.loads(SCHEMA.read_text()))
    return [error.message for error in validator.iter_errors(definition)]


def test_the_definition_is_in_the_language() -> None:
    assert errors(DEFINITION) == []
    assert errors({**DEFINITION, "StartAt": 1}) != []
    assert errors({**DEFINITION, "States": {"Poll": {**POLL, "Type": "Tusk"}}}) != []


def test_every_state_is_led_to_and_leads_somewhere() -> None:
    led_to = {DEFINITION["StartAt"]}
    for state in STATES.values():
        ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
        led_to |= {way[to] for way in ways for to in ("Next", "Default") if to in way}
        assert state["Type"] in {"Choice", "Succeed", "Fail"} or "Next" in state

    assert led_to == set(STATES)


def test_nothing_of_an_execution_is_logged_but_that_it_failed() -> None:
    assert MACHINE["Type"] == "STANDARD"
    assert MACHINE["Logging"]["Level"] == "ERROR"
    assert MACHINE["Logging"]["IncludeExecutionData"] is False


def test_its_log_forgets() -> None:
    (destination,) = MACHINE["Logging"]["Destinations"]
    group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]

    assert RESOURCES[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert RESOURCES[group]["Properties"]["LogGroupName"]["Fn::Sub"].startswith("/aws/vendedlogs/")


def test_the_functions_know_it_by_its_own_name() -> None:
    told = GLOBALS["Environment"]["Variables"]["RUN_POLLER_ARN"]["Fn::Sub"]

    assert told.endswith(f":stateMachine:{MACHINE['Name']['Fn::Sub']}")


def test_it_may_call_the_poller_and_only_step_functions_may_be_it() -> None:
    (trust,) = ROLES["RunPollerRole"]["AssumeRolePolicyDocument"]["Statement"]
    (policy,) = ROLES["RunPollerRole"]["Policies"]
    call, _ = policy["PolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert call["Action"] == ["lambda:InvokeFunction"]
    assert call["Resource"] == {"Fn::GetAtt": ["PollerFunction", "Arn"]}
    assert MACHINE["DefinitionSubstitutions"] == {"PollerFunctionArn": call["Resource"]}


def test_only_ids_go_to_the_poller() -> None:
    assert POLL["Parameters"]["Payload"] == {
        "user_id.$": "$.user_id",
        "run_id.$": "$.run_id",
    }


def test_a_poll_that_hangs_is_cut_off_after_the_function_would_have_been() -> None:
    timeout = FUNCTIONS["PollerFunction"]["Timeout"]

    assert timeout < POLL["TimeoutSeconds"] <= timeout + 15


def test_it_ends_by_itself_but_not_before_its_runs_do() -> None:
    last_look = DEADLINE + LONGEST_WAIT + timedelta(seconds=POLL["TimeoutSeconds"])

    assert last_look < timedelta(seconds=DEFINITION["TimeoutSeconds"]) <= 2 * DEADLINE


@pytest.mark.parametrize("retrier", POLL["Retry"], ids=lambda each: each["ErrorEquals"][0])
def test_it_tries_again_ever_later_by_chance_and_not_for_ever(retrier: dict[str, Any]) -> None:
    assert retrier["BackoffRate"] >= 2
    assert retrier["JitterStrategy"] == "FULL"
    assert 3 <= retrier["MaxAttempts"] <= 6
