"""Every route by everyone: who is let in, and that one's own is all one gets at."""

import re

import pytest

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import Role
from tests.fakes.engine import done
from tests.matrix.cells import KEPT_OUT, LET_IN, Caller, person, send, told
from tests.matrix.entries import ENTRIES
from tests.matrix.figures import record
from tests.matrix.requests import Request, credential_of, request
from tests.matrix.world import World

PUBLIC = [route for route, entry in ENTRIES.items() if entry.is_public]
PROTECTED = [route for route in ENTRIES if route not in PUBLIC]
FOR_ADMINS = [route for route, entry in ENTRIES.items() if entry.is_for_admins]
BULK = ["DELETE /api/v1/assistant", "DELETE /api/v1/thread", "DELETE /api/user"]


def refused(world: World, caller: Caller, route: str) -> list[str]:
    """Return what is wrong with how a route keeps somebody out who names the owner's things."""
    before = world.state()
    answer = send(world, caller, request(route, world.owner.things))
    findings = {
        f"it answers {answer.status}": answer.status == 401,
        "something has changed": world.state() == before,
        "OpenAI was asked": not world.engine.calls and not world.engine.prompts,
        "it tells of the owner": not told(world, answer),
    }
    return [finding for finding, is_well in findings.items() if not is_well]


def own_request(world: World, caller: Caller, route: str) -> Request:
    """Return what somebody may well ask for."""
    someone = person(world, caller)
    asked = request(route, someone.things)
    if ENTRIES[route].needs_password:
        asked.body.update(someone.credentials, currentPassword=someone.browser.password)
    return asked


@pytest.mark.parametrize("caller", KEPT_OUT, ids=lambda caller: caller.value)
@pytest.mark.parametrize("route", PROTECTED)
def test_who_shows_no_credential_of_the_dialect_is_kept_out(
    world: World, route: str, caller: Caller
) -> None:
    found = refused(world, caller, route)

    record(f"{route}, by {caller.value}", found)
    assert found == []


@pytest.mark.parametrize("caller", LET_IN, ids=lambda caller: caller.value)
@pytest.mark.parametrize("route", [route for route in ENTRIES if route not in FOR_ADMINS])
def test_ones_own_is_all_one_gets_at(world: World, route: str, caller: Caller) -> None:
    entry = ENTRIES[route]
    world.engine.then(done("An answer."))
    before, state = world.owners_state(), world.state()

    answer = send(world, caller, own_request(world, caller, route))

    sees_all = caller is Caller.ADMIN and entry.shows_admins_all
    findings = {
        f"it answers {answer.status} {answer.body}": answer.status in {200, 201},
        "something of the owner's has changed": world.owners_state() == before,
        "it tells of the owner": sees_all or not told(world, answer),
        "a GET has changed something": not route.startswith("GET") or world.state() == state,
        "OpenAI was asked": entry.has_turn or "apikey" in route or not world.engine.calls,
    }
    found = [finding for finding, is_well in findings.items() if not is_well]
    record(f"{route}, by {caller.value} for their own", found)
    assert found == []


@pytest.mark.parametrize("route", BULK)
def test_what_deletes_everything_deletes_the_callers(world: World, route: str) -> None:
    asked = request(route, world.stranger.things)

    assert send(world, Caller.ANOTHER, asked).status == 200

    for path in ("/api/assistants", "/api/threads"):
        left = world.stranger.browser.get(path)
        assert len(world.owner.browser.get(path).body) == 3
        if "user" in route:
            assert left.status == 401
        else:
            is_of_this_kind = ("thread" in path) == ("thread" in route)
            assert len(left.body) == (0 if is_of_this_kind else 1)


def _demote(world: World) -> None:
    DynamoAccountRepository().set_role(world.admin.user_id, Role.USER)


def _disable(world: World) -> None:
    DynamoAccountRepository().disable(world.admin.user_id)


@pytest.mark.parametrize("route", FOR_ADMINS)
def test_an_admins_route_is_for_admins(world: World, route: str) -> None:
    before = world.state()
    asked = request(route, world.stranger.things)

    answer = send(world, Caller.ANOTHER, asked)

    found = [] if answer.status == 401 and world.state() == before else ["it was let in"]
    record(f"{route}, by another user who is no admin", found)
    assert found == []
    assert answer.body == {"message": "Admin privileges required"}
    assert send(world, Caller.ADMIN, asked).status in {200, 201}


@pytest.mark.parametrize("route", FOR_ADMINS)
@pytest.mark.parametrize(
    ("deprive", "text"), [(_demote, "Admin privileges required"), (_disable, "Unauthorized")]
)
def test_who_was_an_admin_is_none_at_the_very_next_request(
    world: World, route: str, deprive: object, text: str
) -> None:
    asked = request(route, world.admin.things)
    assert callable(deprive)
    deprive(world)
    before = world.state()

    answer = send(world, Caller.ADMIN, asked)

    found = [] if answer.status == 401 and world.state() == before else ["it was let in"]
    record(f"{route}, by an admin who is one no more: {text}", found)
    assert found == []
    assert answer.body == {"message": text}


def test_an_admin_reads_of_others_threads_no_more_than_what_a_list_shows(world: World) -> None:
    answer = send(world, Caller.ADMIN, request("GET /api/v1/threads", world.admin.things))

    theirs = [entry for entry in answer.body if entry["userId"] == world.owner.user_id]
    assert len(theirs) == 3
    assert not any(re.search("content|message", name) for entry in theirs for name in entry)


def test_public_routes_are_these() -> None:
    assert {route for route in ENTRIES if credential_of(route) is None} == {
        "GET /docs",
        "GET /openapi.json",
        "POST /api/login",
        "POST /api/register",
        "POST /api/v1/auth/token",
    }
