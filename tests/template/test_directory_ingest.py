"""The state machine of big uploads: what it may do, what it tells, when it stops."""

import json
from typing import Any

import pytest

from tests.template.document import FUNCTIONS, GLOBALS, RESOURCES, ROLES, ROOT
from tests.template.test_state_machine import errors

MACHINE = RESOURCES["DirectoryIngest"]["Properties"]
DEFINITION: dict[str, Any] = json.loads((ROOT / MACHINE["DefinitionUri"]).read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
CHUNKS = STATES["Chunks"]
OF_A_CHUNK: dict[str, dict[str, Any]] = CHUNKS["ItemProcessor"]["States"]
PLAN, WORK = STATES["Plan"], OF_A_CHUNK["Work"]
POLLER = json.loads((ROOT / "statemachines" / "run_poller.asl.json").read_text())

each_task = pytest.mark.parametrize("task", [PLAN, WORK], ids=["Plan", "Work"])


def test_the_definition_is_in_the_language() -> None:
    assert errors(DEFINITION) == []


@pytest.mark.parametrize("machine", [DEFINITION, CHUNKS["ItemProcessor"]], ids=["all", "chunk"])
def test_every_state_is_led_to_and_leads_somewhere(machine: dict[str, Any]) -> None:
    led_to = {machine["StartAt"]}
    for state in machine["States"].values():
        ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
        led_to |= {way[to] for way in ways for to in ("Next", "Default") if to in way}
        ends = state["Type"] in {"Choice", "Succeed", "Fail"} or state.get("End")
        assert ends or "Next" in state

    assert led_to == set(machine["States"])


def test_nothing_of_an_execution_is_logged_but_that_it_failed() -> None:
    poller = RESOURCES["RunPoller"]["Properties"]

    assert MACHINE["Type"] == "STANDARD"
    for setting in ("Level", "IncludeExecutionData"):
        assert MACHINE["Logging"][setting] == poller["Logging"][setting]
    (destination,) = MACHINE["Logging"]["Destinations"]
    group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
    properties = RESOURCES[group]["Properties"]
    assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert properties["LogGroupName"] == {
        "Fn::Sub": "/aws/vendedlogs/states/afterglow-${Stage}-directory-ingest"
    }


def test_the_functions_know_it_by_its_own_name() -> None:
    told = GLOBALS["Environment"]["Variables"]["DIRECTORY_INGEST_ARN"]["Fn::Sub"]

    assert told.endswith(f":stateMachine:{MACHINE['Name']['Fn::Sub']}")


def test_it_may_call_its_function_and_only_step_functions_may_be_it() -> None:
    (trust,) = ROLES["DirectoryIngestRole"]["AssumeRolePolicyDocument"]["Statement"]
    (policy,) = ROLES["DirectoryIngestRole"]["Policies"]
    call, _ = policy["PolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert call["Action"] == ["lambda:InvokeFunction"]
    assert call["Resource"] == {"Fn::GetAtt": ["DirectoryFunction", "Arn"]}
    assert MACHINE["DefinitionSubstitutions"] == {"DirectoryFunctionArn": call["Resource"]}


def test_only_ids_and_numbers_go_to_the_function() -> None:
    ids = {"user_id.$": "$.user_id", "upload_id.$": "$.upload_id"}
    chunk = {"first.$": "$.first", "last.$": "$.last"}

    assert PLAN["Parameters"]["Payload"] == {"step": "chunks", **ids}
    passes = {"passes.$": "$.work.passes"}
    assert WORK["Parameters"]["Payload"] == {"step": "work", **ids, **chunk, **passes}
    assert CHUNKS["ItemSelector"] == ids | {
        name: f"$$.Map.Item.Value.{name.removesuffix('.$')}" for name in chunk
    } | {"work": {"passes": 0}}


@each_task
def test_a_task_that_hangs_is_cut_off_after_the_function_would_have_been(
    task: dict[str, Any],
) -> None:
    timeout = FUNCTIONS["DirectoryFunction"]["Timeout"]

    assert timeout < task["TimeoutSeconds"] <= timeout + 15


@each_task
def test_a_task_is_tried_again_as_the_poller_is(task: dict[str, Any]) -> None:
    assert task["Retry"] == POLLER["States"]["Poll"]["Retry"]


def test_a_chunk_that_fails_does_not_stop_the_others() -> None:
    (caught,) = WORK["Catch"]

    assert caught["ErrorEquals"] == ["States.ALL"]
    assert OF_A_CHUNK[caught["Next"]] == {"Type": "Pass", "End": True}


def test_so_many_chunks_at_a_time_and_no_longer_than_an_hour() -> None:
    assert CHUNKS["MaxConcurrency"] == 8
    assert DEFINITION["TimeoutSeconds"] == 3600
