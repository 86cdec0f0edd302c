"""The cells: who asks for what, and what must not come of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

import httpx2

from afterglow.domain.models import SessionKind
from tests.delivery import deliver
from tests.events import Answer, event
from tests.matrix.requests import UNKNOWN, Request, Slot, Things, Value, request, slots
from tests.matrix.world import Person, World
from tests.uploading import form_event
from tests.wiretap import AwsCall, wiretap


class Caller(Enum):
    """Who asks for what is the owner's."""

    OWNER = "the owner"
    ANOTHER = "another user"
    ADMIN = "an admin"
    NOBODY = "nobody"
    # The very owner, but by the other dialect's credential.
    MISTAKEN = "the wrong dialect's credential"


LET_IN = (Caller.ANOTHER, Caller.ADMIN)
KEPT_OUT = (Caller.NOBODY, Caller.MISTAKEN)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place that names a thing of the owner, and who names it."""

    slot: Slot
    caller: Caller

    def __str__(self) -> str:
        return f"{self.slot}, by {self.caller.value}"


def cells() -> Iterator[Cell]:
    """Return every cell about a thing's name."""
    for slot in slots():
        for caller in LET_IN + KEPT_OUT:
            yield Cell(slot, caller)


def person(world: World, caller: Caller) -> Person:
    """Return whose other things the request names."""
    return {Caller.ANOTHER: world.stranger, Caller.ADMIN: world.admin}.get(caller, world.owner)


def own_things(world: World, caller: Caller, slot: Slot) -> Things:
    """Return what else a request names: for a cursor, a list at a path that everyone has."""
    things = person(world, caller).things
    return replace(things, thread=1) if slot.form == "cursor" else things


def send(world: World, caller: Caller, asked: Request) -> Answer:
    """Send a request with what the caller has to show."""
    asks_for = SessionKind.BEARER if asked.path.startswith("/api/v1/") else SessionKind.COOKIE
    shown = asks_for
    if caller is Caller.MISTAKEN:
        (shown,) = set(SessionKind) - {asks_for}
    browser = person(world, caller).browser
    headers = {"Authorization": f"Bearer {browser.token}"} if shown is SessionKind.BEARER else {}
    cookie = browser.cookie if shown is SessionKind.COOKIE else None
    if caller is Caller.NOBODY:
        headers, cookie = {}, None
    if asked.is_form:
        assistant_id = asked.body.get("assistantId")
        return deliver(form_event(assistant_id=assistant_id, cookie=cookie, headers=headers))
    return deliver(
        event(
            asked.method,
            asked.path,
            asked.body,
            query=asked.query,
            headers=headers,
            cookie=cookie,
        )
    )


def owners(world: World, slot: Slot) -> Value:
    """Return the owner's thing that a slot is to name."""
    if slot.form != "cursor":
        return world.owner.things.named(slot.form)
    listing = request(slot.route, own_things(world, Caller.OWNER, slot))
    answer = world.owner.browser.get(listing.path, query={"limit": "1"})
    links = httpx2.Response(200, headers=[("Link", answer.headers["Link"][0])]).links
    return str(httpx2.URL(links["next"]["url"]).params["cursor"])


def nobodys(slot: Slot, foreign: Value) -> Value:
    """Return what looks like the owner's, but names nothing."""
    return str(foreign)[::-1] if slot.form == "cursor" else UNKNOWN.named(slot.form)


def leaks(world: World, cell: Cell) -> list[str]:
    """Return in what a foreign thing differs from one that is not there, and what came of it."""
    slot, own = cell.slot, own_things(world, cell.caller, cell.slot)
    foreign_value = owners(world, slot)
    before, answers = world.state(), list[Answer]()
    trails = [
        wiretap.during(
            lambda value=value: answers.append(  # type: ignore[misc]
                send(world, cell.caller, request(slot.route, own, slot, value))
            )
        )
        for value in (foreign_value, nobodys(slot, foreign_value))
    ]
    foreign, unknown = answers
    findings = {
        f"it answers {foreign.status} {foreign.body}": foreign.status == expected_status(cell),
        "a foreign thing answers otherwise than an unknown one": seen(foreign) == seen(unknown),
        "AWS is asked otherwise": _operations(trails[0]) == _operations(trails[1]),
        "something has changed": world.state() == before,
        "OpenAI was asked": not world.engine.calls and not world.engine.prompts,
        "it tells of the owner": not told(world, foreign),
    }
    return [finding for finding, is_well in findings.items() if not is_well]


def expected_status(cell: Cell) -> int:
    """Return how a request about another's thing is refused."""
    if cell.caller not in LET_IN:
        return 401
    return 400 if cell.slot.form == "cursor" else 404


def seen(answer: Answer) -> tuple[int, str, dict[str, list[str]]]:
    """Return all that a caller sees, but the id of the request."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status, json.dumps(answer.body), headers


def told(world: World, answer: Answer) -> set[str]:
    """Return what an answer tells of the owner."""
    text = json.dumps(answer.body, ensure_ascii=False) + json.dumps(answer.headers)
    return {mark for mark in world.owner.marks if mark in text}


def _operations(calls: list[AwsCall]) -> list[str]:
    return [call.operation for call in calls]
