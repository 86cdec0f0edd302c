"""The state machine of big uploads on moto's interpreter: chunks, waits, and what fails."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.statemachines.histories import History
from tests.statemachines.moto_machine import CONFIG, KilledError, MotoMachine
from tests.template.document import ROOT
from tests.template.test_directory_history import OF_A_PASS, OF_ALL, OF_CHUNK, STATE, TRY, events
from tests.template.test_directory_ingest import PLAN, STATES, WORK

DEFINITION = ROOT / "statemachines" / "directory_ingest.asl.json"
ASKED = {"user_id": 7, "upload_id": "upload_1"}
ROUND = ["Work", "IsOver", "Wait"]


class JobFailedError(Exception):
    """As a job of ours fails."""


class Function:
    """Plans chunks of ten, and moves each on in so many rounds, or always fails."""

    def __init__(self, chunks: int, rounds: int = 1, broken: tuple[int, ...] = ()) -> None:
        self.chunks = chunks
        self.rounds = rounds
        self.broken = broken
        self.calls: Counter[int] = Counter()
        self.passes: defaultdict[int, list[int]] = defaultdict(list)
        self.lock = Lock()

    def __call__(self, event: dict[str, Any]) -> object:
        """Answer the state machine."""
        assert {name: event[name] for name in ASKED} == ASKED
        if event["step"] == "chunks":
            assert set(event) == {"step", *ASKED}
            numbers = range(self.chunks)
            return {"chunks": [{"first": n * 10, "last": n * 10 + 9} for n in numbers]}
        assert set(event) == {"step", "first", "last", "passes", *ASKED}
        number = event["first"] // 10
        assert event["last"] == event["first"] + 9
        with self.lock:
            self.calls[number] += 1
            calls = self.calls[number]
            self.passes[number].append(event["passes"])
        if number in self.broken:
            raise JobFailedError
        passes = event["passes"] + 1
        return {"is_over": calls >= self.rounds, "wait_seconds": 15, "passes": passes}


@pytest.fixture
def machine() -> Iterator[MotoMachine]:
    """Return the definition on moto."""
    with mock_aws(config=CONFIG):
        yield MotoMachine(DEFINITION)


def run(machine: MotoMachine, function: Any) -> History:
    """Execute the definition for one upload."""
    return machine.run(function, json.dumps(ASKED))


def test_every_chunk_is_worked_at_until_it_is_over(machine: MotoMachine) -> None:
    function = Function(chunks=12, rounds=3)

    seen = run(machine, function)

    assert seen.status == "SUCCEEDED"
    assert function.calls == dict.fromkeys(range(12), 3)
    assert function.passes == {number: [0, 1, 2] for number in range(12)}
    assert machine.waits == [15] * 24
    assert Counter(seen.steps)["Work"] == 36


def test_one_chunk_is_a_straight_line(machine: MotoMachine) -> None:
    seen = run(machine, Function(chunks=1, rounds=2))

    assert seen.steps == ["Plan", "Chunks", *ROUND, "Work", "IsOver", "Over", "Over"]


def test_an_upload_without_files_is_over(machine: MotoMachine) -> None:
    assert run(machine, Function(chunks=0)).steps == ["Plan", "Chunks", "Over"]


def test_a_chunk_that_fails_is_left_and_the_others_are_not(machine: MotoMachine) -> None:
    function = Function(chunks=3, rounds=2, broken=(1,))

    seen = run(machine, function)

    assert seen.status == "SUCCEEDED"
    # Three more tries.
    assert function.calls == {0: 2, 1: 4, 2: 2}
    assert function.passes == {0: [0, 1], 1: [0] * 4, 2: [0, 1]}
    assert seen.steps.count("LeftToTheSweeper") == 1


def test_a_function_that_is_killed_is_called_again(machine: MotoMachine) -> None:
    sound, died = Function(chunks=2), []

    def dying(event: dict[str, Any]) -> object:
        if event["step"] not in died:
            died.append(event["step"])
            raise KilledError
        return sound(event)

    seen = run(machine, dying)

    assert seen.status == "SUCCEEDED"
    assert sound.calls == {0: 1, 1: 1}
    assert seen.steps.count("!Runtime.ExitError") == 2


def test_an_execution_has_as_many_events_as_are_reckoned_with(machine: MotoMachine) -> None:
    sound, died = Function(chunks=2, rounds=3), []

    def dying(event: dict[str, Any]) -> object:
        if event["step"] == "work" and event["passes"] == 1 and event["first"] not in died:
            died.append(event["first"])
            raise KilledError
        return sound(event)

    assert run(machine, dying).status == "SUCCEEDED"

    # The last passes have no wait, nothing else was tried again.
    without_retries = OF_A_PASS - events(WORK) + STATE + TRY
    passes = 6 * without_retries + 2 * TRY - 2 * STATE
    whole = OF_ALL - events(PLAN) - events(STATES["GaveUp"]) + STATE + TRY
    assert len(recorded()) == whole + 2 * OF_CHUNK + passes


def recorded() -> list[Any]:
    """Return the events of the one execution that there was."""
    states = boto3.client("stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    (execution,) = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution["executionArn"]
    )
    return [event for page in pages for event in page["events"]]


def test_what_cannot_be_planned_is_given_up(machine: MotoMachine) -> None:
    def failing(_: object) -> object:
        raise JobFailedError

    seen = run(machine, failing)

    assert (seen.status, seen.error) == ("FAILED", "PlanFailed")
    assert seen.steps == ["Plan", *["!JobFailedError"] * 4, "GaveUp"]
