"""Reading writes nothing, on any route, but when the session was last used."""

from datetime import timedelta

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.tables.accounts import SessionItem
from tests.matrix.cells import Caller, send
from tests.matrix.entries import ENTRIES
from tests.matrix.requests import Request
from tests.matrix.test_callers import own_request
from tests.matrix.world import World
from tests.tables import table_names
from tests.wiretap import AwsCall, wiretap

READING = [route for route in ENTRIES if route.startswith("GET ")]
READS = ("Get", "BatchGet", "Head", "List", "Query", "Scan")


def age_sessions() -> None:
    """Let every session have been used a while ago."""
    then = bootstrap.now() - timedelta(minutes=10)
    for session in SessionItem.scan():
        if session.item.startswith("S#"):
            session.update(actions=[SessionItem.last_seen_at.set(then)])


def is_touch(call: AwsCall) -> bool:
    """Tell whether a call notes when a session was last used, and nothing else."""
    parameters = call.parameters
    names = set(parameters.get("ExpressionAttributeNames", {}).values())
    return (
        (call.operation, parameters["TableName"]) == ("UpdateItem", table_names()["SessionsTable"])
        and parameters["UpdateExpression"].startswith("SET ")
        and "last_seen_at" in names
    )


@pytest.mark.parametrize("route", READING)
def test_reading_writes_nothing(world: World, route: str) -> None:
    entry = ENTRIES[route]
    caller = Caller.ADMIN if entry.is_for_admins or entry.shows_admins_all else Caller.OWNER
    asked = own_request(world, caller, route)
    age_sessions()

    calls = wiretap.during(lambda: read(world, caller, asked))

    writes = [call for call in calls if not call.operation.startswith(READS)]
    assert [call for call in writes if not is_touch(call)] == []
    assert len(writes) == (0 if entry.is_public else 1)
    assert not world.engine.calls
    assert not world.upstream.calls


def read(world: World, caller: Caller, asked: Request) -> None:
    """Read what is there."""
    world.upstream.calls.clear()
    assert send(world, caller, asked).status == 200
