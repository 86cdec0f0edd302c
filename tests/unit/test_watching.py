"""Waiting for an answer."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import InvalidInputError, OperationFailedError, RateLimitError
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.watching import Watcher
from tests.fakes.clock import NOON, FakeClock
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


def test_two_faults_in_a_row_are_forgiven_again_and_again() -> None:
    steps: list[Step] = [FAULT, FAULT, working(), FAULT, FAULT, done("Hi.")]

    assert watch(ScriptedEngine(*steps), FakeClock()).text == "Hi."


def test_five_faults_in_a_row_are_too_many() -> None:
    engine = ScriptedEngine(working(), *[FAULT] * 5)

    with pytest.raises(OperationFailedError, match="could not be reached"):
        watch(engine, FakeClock())

    assert engine.calls == ["get resp_1"] * 6


def test_after_a_fault_it_waits_longer() -> None:
    clock = FakeClock()

    watch(ScriptedEngine(FAULT, done("Hi.")), clock)

    assert clock() - NOON == timedelta(seconds=1.1)


def test_a_rate_limit_passes_too() -> None:
    limit = RateLimitError("Later", code="openai_rate_limited")
    steps: list[Step] = [limit, limit, done("Hi.")]

    assert watch(ScriptedEngine(*steps), FakeClock()).text == "Hi."


def test_what_is_no_passing_fault_is_not_asked_again() -> None:
    engine = ScriptedEngine(InvalidInputError("No", code="openai_key_invalid"))

    with pytest.raises(InvalidInputError):
        watch(engine, FakeClock())

    assert engine.calls == ["get resp_1"]
