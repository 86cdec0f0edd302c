"""Waiting for an answer."""

from datetime import timedelta
from unittest.mock import Mock

import pytest

from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.watching import Watcher
from tests.fakes.clock import FakeClock
from tests.fakes.engine import ScriptedEngine, Step, done, working

FAULT = OperationFailedError("OpenAI could not be reached", code="openai_unavailable")


def watch(engine: ScriptedEngine, clock: FakeClock, *, seconds: float = 24) -> Reply:
    """Watch a Response that has just begun."""
    watcher = Watcher(now=clock, sleep=clock.sleep)
    return watcher.watch(engine, working(), until=clock() + timedelta(seconds=seconds))


def test_waits_grow_to_two_seconds_and_end_with_the_budget() -> None:
    clock, engine = FakeClock(), ScriptedEngine(*[working()] * 18)

    reply = watch(engine, clock)

    assert reply.state is ReplyState.WORKING
    assert clock.naps[:4] == pytest.approx([0.1, 0.15, 0.225, 0.3375])
    assert max(clock.naps) == 2.0
    assert sum(clock.naps) == pytest.approx(24)
    engine.assert_complete()


def test_a_reply_that_is_over_is_not_asked_for_again() -> None:
    clock, engine = FakeClock(), ScriptedEngine()
    watcher = Watcher(now=clock, sleep=clock.sleep)

    assert watcher.watch(engine, done("Hi."), until=clock() + timedelta(hours=1)).text == "Hi."
    assert clock.naps == []


def test_nobody_is_asked_when_the_time_is_over() -> None:
    clock, engine = FakeClock(), ScriptedEngine()

    assert watch(engine, clock, seconds=0) == working()
    assert engine.calls == []


def test_faults_that_pass_are_waited_out_however_many() -> None:
    limit = RateLimitError("Later", code="openai_rate_limited")
    steps: list[Step] = [FAULT, FAULT, working(), *[limit] * 10, done("Hi.")]

    assert watch(ScriptedEngine(*steps), FakeClock()).text == "Hi."


def test_who_cannot_be_asked_may_still_be_at_work() -> None:
    engine = ScriptedEngine(*[FAULT] * 18)

    assert watch(engine, FakeClock()) == working()
    engine.assert_complete()


@pytest.mark.parametrize(
    "error",
    [
        InvalidInputError("No", code="openai_key_invalid"),
        OperationFailedError("OpenAI no longer has the answer", code="response_lost"),
    ],
    ids=lambda error: error.code,
)
def test_what_is_no_passing_fault_is_not_asked_again(error: DomainError) -> None:
    engine = ScriptedEngine(error)

    with pytest.raises(type(error)):
        watch(engine, FakeClock())

    assert engine.calls == ["get resp_1"]


def test_something_is_asked_for_until_it_is_so() -> None:
    clock, answers = FakeClock(), [False, False, True]
    watcher = Watcher(now=clock, sleep=clock.sleep)

    assert watcher.wait_for(lambda: answers.pop(0), until=clock() + timedelta(seconds=20))
    assert clock.naps == pytest.approx([0.1, 0.15])


def test_something_is_not_asked_for_when_the_time_is_over() -> None:
    clock, is_so = FakeClock(), Mock(return_value=False)
    watcher = Watcher(now=clock, sleep=clock.sleep)

    assert not watcher.wait_for(is_so, until=clock())
    is_so.assert_called_once_with()
