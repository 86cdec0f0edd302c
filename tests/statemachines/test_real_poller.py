"""The definition on moto's interpreter with the real poller on DynamoDB: only time is played.

The engine answers by the same clock, which goes on with every wait of the state machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from afterglow.domain.models import Run, RunState
from afterglow.ports.conversations import Terms
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.pacing import LONGEST_WAIT
from tests.contract.worlds import World, deployed
from tests.delivery import function_module
from tests.departures import settled
from tests.events import Context
from tests.examples import a_question, a_run
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.engine import ScriptedEngine, done, working
from tests.pollers import BUDGET, looked_after_by
from tests.statemachines.histories import History, asked
from tests.statemachines.moto_machine import CONFIG, KilledError, MotoMachine
from tests.tables import create_tables

# What a warm function takes at the least: a request to OpenAI, and some to DynamoDB.
POLL = timedelta(milliseconds=200)
ROUND = ["Poll", "IsOver", "Wait"]
END = ["Poll", "IsOver", "Over"]


class PunctualEngine(ScriptedEngine):
    """Works on a Response until a moment of its clock."""

    def __init__(self, clock: FakeClock, ready_after: timedelta) -> None:
        super().__init__()
        self.clock, self.ready_at = clock, NOON + ready_after

    def get(self, response_id: str) -> Reply:
        """Return the answer once it is ready."""
        self.calls.append("get")
        is_ready = self.clock() >= self.ready_at
        return done("At last.", response_id) if is_ready else working(response_id)

    def cancel(self, response_id: str) -> Reply:
        """Give up."""
        self.calls.append("cancel")
        return Reply(response_id, ReplyState.CANCELLED)


@dataclass
class Stage:
    """A run that its request has left, and the real poller under another clock."""

    world: World
    run: Run
    clock: FakeClock
    machine: MotoMachine
    engine: ScriptedEngine
    polls: int = 0
    killed: set[int] = field(default_factory=set)

    def execute(self, ready_after: timedelta) -> History:
        """Have the state machine look after the run, with an upstream that takes so long."""
        self.engine = PunctualEngine(self.clock, ready_after)
        with looked_after_by(self.engine.opened_with, self.clock, self.clock.sleep):
            return self.machine.run(self._task, asked(self.run.id, user_id=self.run.user_id))

    def stored(self) -> Run:
        """Return the run as it is now."""
        return self.world.runs.get(self.run.user_id, self.run.id)

    def _task(self, event: dict[str, Any]) -> object:
        self.polls += 1
        self.clock.advance(POLL)
        if self.polls in self.killed:
            raise KilledError
        return function_module("poller").lambda_handler(event, Context())


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Return a run that is bound, with its request's budget over."""
    with mock_aws(config=CONFIG):
        create_tables()
        world, clock = deployed(), FakeClock(NOON + BUDGET)
        thread, _ = settled(world).thread()
        run = a_run(thread)
        world.ledger.accept(thread, run, a_question(run), Terms(3))
        bound = world.ledger.bind(run, "resp_1")
        machine = MotoMachine(passing=lambda seconds: clock.advance(timedelta(seconds=seconds)))
        yield Stage(world, bound, clock, machine, ScriptedEngine())


def test_an_answer_that_is_there_is_stored_at_the_first_poll(stage: Stage) -> None:
    assert stage.execute(timedelta(0)) == History(END, "SUCCEEDED", None)

    answer = stage.world.threads.message(stage.run.user_id, 1, 2)
    assert answer.content == "At last."
    assert stage.stored().state is RunState.COMPLETED


def test_an_answer_is_waited_for(stage: Stage) -> None:
    assert stage.execute(timedelta(seconds=30)) == History(
        [*ROUND, *ROUND, *END], "SUCCEEDED", None
    )

    assert stage.machine.waits == [4, 5]
    assert stage.stored().state is RunState.COMPLETED


def test_a_poller_that_was_killed_is_called_again(stage: Stage) -> None:
    stage.killed = {2, 3}

    history = stage.execute(timedelta(seconds=26))

    killed = "!Runtime.ExitError"
    assert history.steps == [*ROUND, "Poll", killed, killed, "IsOver", "Over"]
    assert stage.stored().state is RunState.COMPLETED


def test_what_the_upstream_never_ends_is_ended_at_its_deadline(stage: Stage) -> None:
    history = stage.execute(timedelta(days=1))

    assert history.status == "SUCCEEDED"
    assert history.steps[-3:] == END
    assert stage.stored().state is RunState.EXPIRED
    assert stage.engine.calls.count("cancel") == 1
    assert stage.clock() - NOON <= timedelta(minutes=15) + LONGEST_WAIT


def test_ten_minutes_are_seventy_five_transitions_at_most(stage: Stage) -> None:
    history = stage.execute(timedelta(minutes=10))

    assert stage.stored().state is RunState.COMPLETED
    assert history.transitions <= 75
    assert stage.polls >= 20


@pytest.mark.parametrize("seconds", [25, 60, 90, 300, 600])
def test_an_answer_is_stored_soon_after_it_is_there(stage: Stage, seconds: int) -> None:
    stage.execute(timedelta(seconds=seconds))

    late = (stage.clock() - NOON).total_seconds() - seconds
    assert late <= max(3, 0.15 * seconds) + 1
