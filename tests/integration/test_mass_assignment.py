"""Ids, owners, roles and times in a body: never taken, on any route (C6)."""

import json
import re
from dataclasses import replace

import pytest
import time_machine

from afterglow.domain.models import Role
from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.ingests import uploading_to
from tests.integration.people import assign, open_thread_v1
from tests.integration.routes import WITH_BODY, Route
from tests.tables import dump, items, snapshot
from tests.uploading import QuickUpstream, announce, send, worked_off_by_machines

STRANGE: dict[str, object] = {
    "id": 4711_0815,
    "userId": 4711_0815,
    "user_id": 4711_0815,
    "owner": "U#0000000047110815",
    "item": "A#0000000047110815",
    "pk": "INJECTED",
    "sk": "INJECTED",
    "role": "admin",
    "isAdmin": True,
    "is_admin": True,
    "isDisabled": True,
    "passwordHash": "INJECTED",
    "password_hash": "INJECTED",
    "sessionEpoch": 4711_0815,
    "createdAt": "1999-01-01T00:00:00.000Z",
    "updatedAt": "1999-01-01T00:00:00.000Z",
    "openaiAssistantId": "asst_INJECTED",
    "openai_assistant_id": "asst_INJECTED",
    "openaiThreadId": "thread_INJECTED",
    "gptId": "thread_INJECTED",
    "headResponseId": "resp_INJECTED",
    "fileIds": ["file-INJECTED"],
    "modelShutdownDate": "1999-01-01",
    "v": 4711_0815,
    "version": 4711_0815,
    "status": "INACTIVE",
    "__proto__": {"role": "admin"},
    "INJECTED": "INJECTED",
}
# What is another one each time: ids, tokens, hashes, the salts of both, and what follows from ids.
RANDOM = re.compile(
    r"[A-Za-z0-9_+/$=,-]{22,}|\b\d{10,16}\b"
    r"|\b(?:vs_|file-)upstream\d+|(?<=\"due_shard\": {\"S\": \")\d"
)


def everything(engine: ScriptedEngine) -> tuple[Browser, str]:
    """Return an admin who can log in, and the id of a thread that was talked in."""
    user = Browser().register().store_key()
    user.token = str(user.post("/api/v1/auth/token", user.credentials()).body["access_token"])
    user.create_assistant()
    send(user, announce(user, {"path": "docs/a.md", "size": 4}).body["id"], 0, b"Text")
    engine.then(done("Gladly."))
    return assign(user, Role.ADMIN), open_thread_v1(user)


def meant(route: Route, user: Browser) -> dict[str, object]:
    """Return a body that goes well."""
    body = dict(route.body or {})
    if route.path == "/api/register":
        return body
    own = {"username": user.username, "password": user.password, "currentPassword": user.password}
    return body | {field: value for field, value in own.items() if field in body}


def taken(user: Browser, route: Route, body: dict[str, object]) -> list[str]:
    """Send a body and return what is answered, and all that is stored then, but random values."""
    answer = user.request(route.method, route.path, body)
    assert answer.status in {200, 201}, answer.body
    stored = [json.dumps(item) for item in items() if "limits" not in item["table"]]
    return [RANDOM.sub("…", text) for text in [json.dumps(answer.body), *sorted(stored)]]


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_what_a_body_may_not_say_makes_no_difference(engine: ScriptedEngine, route: Route) -> None:
    with (
        time_machine.travel("2026-11-22T12:00:00Z", tick=False) as traveller,
        uploading_to(QuickUpstream().opened_with),
        worked_off_by_machines(),
    ):
        user, thread = everything(engine)
        # A key may be stored once a minute.
        traveller.shift(300)
        cookie, restore = user.cookie, snapshot()
        sent = replace(route, path=route.path.replace("thread_1", thread))
        body = meant(route, user)
        engine.then(*[done("Gladly.")] * 2)

        plain = taken(user, sent, body)
        user.cookie = cookie
        restore()
        injected = taken(user, sent, STRANGE | body)

        assert sorted(injected) == sorted(plain)
        assert not re.search("INJECTED|47110815|1999-01-01", dump())
