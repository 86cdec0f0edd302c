"""The function that clears away, with the stand-in where OpenAI would be."""

import json

import pytest

from afterglow import bootstrap
from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.api.jobs import LAST_STEP, JobFailedError
from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.ports.engine import Engine
from afterglow.services.clearing import LAST_REQUESTS
from local.openai.control_client import ControlClient, fingerprint
from tests.contract.thinkers import a_prompt
from tests.contract.worlds import World, deployed
from tests.delivery import function_module, overheard
from tests.departures import Customer, settled
from tests.events import Context
from tests.fakes.engine import ScriptedEngine
from tests.jobs import EVENT, reaped
from tests.tables import dump
from tests.wiretap import Wiretap, refusing

NOTHING = {"finished": 0, "waiting": 0, "unfinished": 0, "failed": 0, "forgotten": 0}


@pytest.fixture
def world() -> World:
    """Return the adapters."""
    return deployed()


def _leaver(world: World, turns: int = 2) -> Customer:
    """Return a customer whose thread 1 is deleted."""
    customer = settled(world)
    thread, _ = customer.thread(turns)
    world.threads.delete(customer.user.id, thread.id, bootstrap.now() - LAST_REQUESTS)
    return customer


def test_a_pass_logs_one_line_of_counts(world: World) -> None:
    _leaver(world)

    done = reaped(ScriptedEngine().opened_with)
    idle = reaped()

    assert done.counts == NOTHING | {"finished": 1, "forgotten": 2}
    assert idle.counts == NOTHING
    for each in (done, idle):
        (line,) = each.lines
        assert (line["message"], line["level"]) == ("reaped", "INFO")
        assert line.items() >= each.counts.items()


def test_what_is_left_upstream_is_logged_by_the_reason(world: World) -> None:
    _leaver(world)
    engine = ScriptedEngine(InvalidInputError("a canary", code="openai_key_invalid"))

    (line,) = reaped(engine.opened_with).lines

    assert line["left_upstream"] == {"openai_key_invalid": 2}
    assert "canary" not in json.dumps(line)


def test_a_failure_is_logged_with_ids_and_without_words(world: World) -> None:
    customer = _leaver(world)
    engine = ScriptedEngine(OperationFailedError("a canary", code="openai_unavailable"))

    result = reaped(engine.opened_with)

    failed, line = result.lines
    assert result.counts == NOTHING | {"failed": 1}
    assert (failed["level"], failed["error"]) == ("ERROR", "OperationFailedError")
    assert (failed["code"], failed["user_id"]) == ("openai_unavailable", customer.user.id)
    assert (failed["kind"], failed["deleted"], line["failed"]) == ("thread", "1", 1)
    assert "canary" not in json.dumps(failed)


def test_a_pass_that_comes_to_nothing_says_so_and_no_more(world: World, aws: Wiretap) -> None:
    _leaver(world)

    with (
        aws.breaking("Scan", refusing("AccessDeniedException")),
        overheard() as log,
        pytest.raises(JobFailedError, match=r"^reap$") as failed,
    ):
        function_module("reaper").lambda_handler(EVENT, Context())

    assert failed.value.__suppress_context__
    assert json.loads(log.getvalue())["error"] == "ScanError"
    assert reaped(ScriptedEngine().opened_with).counts["finished"] == 1


def test_work_ends_well_before_the_function_does(world: World) -> None:
    _leaver(world)
    engine = ScriptedEngine()

    hurried = reaped(engine.opened_with, left=LAST_STEP)

    assert hurried.counts == NOTHING | {"unfinished": 1}
    assert engine.calls == []


def test_items_that_dynamodb_left_unprocessed_are_sent_again(world: World, aws: Wiretap) -> None:
    customer = _leaver(world)
    # BatchWriteItem answers 200 and hands back what it did not do.
    keys = [{"owner": {"S": f"U#{customer.user.id:016d}#T#{1:016d}"}, "item": {"S": f"M#{1:016d}"}}]
    left = {"afterglow-messages": [{"DeleteRequest": {"Key": key}} for key in keys]}
    throttled = refusing("", 200, UnprocessedItems=left)

    with aws.spoiling("BatchWriteItem", throttled, throttled):
        done = reaped(ScriptedEngine().opened_with)

    # Whatever the first answer left out is found again before the thread goes.
    assert done.counts == NOTHING | {"finished": 1, "forgotten": 2}
    assert f"T#{1:016d}" not in dump()


def test_everything_upstream_is_deleted_with_the_owners_key_and_nothing_else(
    world: World, openai: ControlClient, openai_url: str
) -> None:
    leaver, other = settled(world), settled(world)
    theirs, others = _answered(leaver, openai_url), _answered(other, openai_url)
    world.accounts.delete(leaver.user.id, bootstrap.now())
    before = len(openai.journal())

    def open_engine(api_key: str) -> Engine:
        return OpenAIEngine(api_key, openai_url)

    result = reaped(open_engine, later=LAST_REQUESTS * 2)

    assert result.counts == NOTHING | {"finished": 1, "forgotten": 3}
    calls = openai.journal()[before:]
    assert {call.key for call in calls} == {fingerprint(leaver.api_key)}
    deleted = {call.path.rpartition("/")[2] for call in calls if call.method == "DELETE"}
    assert deleted == theirs
    assert _responses(openai, leaver) == set()
    assert _responses(openai, other) == others


def _answered(customer: Customer, openai_url: str) -> set[str]:
    """Return the Responses of a thread of three turns."""
    engine = OpenAIEngine(customer.api_key, openai_url)
    thread, _ = customer.thread()
    return {customer.take_turn(thread.id, _begun(engine)) for _ in range(3)}


def _begun(engine: OpenAIEngine) -> str:
    with engine.start(a_prompt()) as live:
        return live.reply.response_id


def _responses(openai: ControlClient, customer: Customer) -> set[str]:
    found = openai.objects(customer.api_key)
    return {each["id"] for each in found if each["object"] == "response"}
