"""An answer of ninety seconds, in real time, whatever is killed on the way: `make late`.

Budgets, waits and schedules are the product's own. It takes some seventeen minutes.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from local.deploy.client import client
from tests.e2e.visitor import Visitor
from tests.late.conftest import Say
from tests.late.stage import Stage, staged, until

pytestmark = [pytest.mark.late, pytest.mark.timeout(1500)]
SECONDS = 90
TEXT = "It took its time."


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("late")) as stage:
        yield stage


@pytest.fixture(scope="module")
def endless(stage: Stage) -> Visitor:
    """Return someone who waits for an answer that never comes, since before all other tests."""
    visitor = stage.visitor("endless")
    stage.openai.plan("Never.", contains="for ever", hold=True)
    ask(visitor, "Think for ever.")
    return visitor


@pytest.fixture(autouse=True)
def _begun(endless: Visitor) -> None:
    assert endless.http


def ask(visitor: Visitor, question: str) -> dict[str, Any]:
    """Send a message whose answer is late and return the 202's body."""
    began = time.monotonic()
    answer = visitor.chat(question)
    assert answer.status_code == 202, answer.text
    assert 23 < time.monotonic() - began < 28
    assert answer.headers["Location"].endswith(f"/api/runs/{answer.json()['runId']}")
    return dict(answer.json())


def ready_in(stage: Stage, question: str) -> float:
    """Have the next answer ready in ninety seconds, and return when that is."""
    stage.openai.plan(TEXT, contains=question, seconds=SECONDS)
    return time.monotonic() + SECONDS


def answered(visitor: Visitor) -> bool:
    """Tell whether the answer is in the thread, whole and once."""
    texts = [message["content"] for message in visitor.messages()]
    assert texts[1:] in ([], [TEXT])
    return texts[1:] == [TEXT]


def seconds_late(visitor: Visitor, ready: float, *, at_most: float) -> float:
    """Wait for the answer and return how long after it was ready it was in the thread."""
    until(lambda: answered(visitor), seconds=ready - time.monotonic() + at_most)
    return time.monotonic() - ready


def test_the_answer_is_in_the_thread_within_fifteen_seconds(stage: Stage, say: Say) -> None:
    visitor, ready = stage.visitor("undisturbed"), ready_in(stage, "undisturbed")

    run = ask(visitor, "An undisturbed question.")
    late = seconds_late(visitor, ready, at_most=15)

    until(lambda: stage.history(run["runId"])[-1].kind == "ExecutionSucceeded", seconds=20)
    say(f"undisturbed: {late:.1f} s after it was ready")
    for event in stage.history(run["runId"]):
        say(f"  {event.time:%H:%M:%S} {event.kind} {event.about}")


def test_with_the_function_killed(stage: Stage, say: Say) -> None:
    visitor, ready = stage.visitor("killed"), ready_in(stage, "killed")

    with ThreadPoolExecutor() as pool:
        request: Future[Any] = pool.submit(visitor.chat, "A killed question.")
        until(lambda: visitor.messages() != [], seconds=10)
        time.sleep(3)
        assert stage.kill_function("ChatFunction")
        assert request.result().status_code == 500
    late = seconds_late(visitor, ready, at_most=120)

    say(f"function killed: {late:.1f} s after it was ready")


def test_with_the_execution_stopped_by_hand(stage: Stage, say: Say) -> None:
    visitor, ready = stage.visitor("stopped"), ready_in(stage, "stopped")
    run = ask(visitor, "A stopped question.")

    stop_execution(stage, f"{run['runId']}-1")
    late = seconds_late(visitor, ready, at_most=120)

    assert stage.status(run["runId"]) == "ABORTED"
    say(f"execution stopped: {late:.1f} s after it was ready")


def test_with_the_upstream_restarted(stage: Stage, say: Say) -> None:
    visitor, ready = stage.visitor("restarted"), ready_in(stage, "restarted")
    ask(visitor, "A restarted question.")

    stage.restart_upstream()
    late = seconds_late(visitor, ready, at_most=120)

    say(f"upstream restarted: {late:.1f} s after it was ready")


def test_an_upstream_that_never_ends_leaves_the_message_and_a_clear_state(
    endless: Visitor, say: Say
) -> None:
    def run() -> dict[str, Any]:
        (only,) = endless.get("/api/threads/1/runs").json()
        return dict(only)

    assert run()["status"] == "in_progress"
    assert endless.chat("Hello?").status_code == 409
    until(lambda: run()["status"] != "in_progress", seconds=17 * 60)

    over = run()
    assert (over["status"], over["error"]["code"]) == ("expired", "run_expired")
    assert [message["content"] for message in endless.messages()] == ["Think for ever."]
    assert endless.chat("Hello?").status_code == 200
    say(f"never ends: {over['createdAt']} to {over['endedAt']}")


def stop_execution(stage: Stage, name: str) -> None:
    states = client("stepfunctions", stage.cloud.cloud_url)
    machine = stage.cloud.outputs["RunPollerArn"]
    found = states.list_executions(stateMachineArn=machine)["executions"]
    (arn,) = [each["executionArn"] for each in found if each["name"] == name]
    states.stop_execution(executionArn=arn)
