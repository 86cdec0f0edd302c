"""`Idempotency-Key`: what comes twice is done once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.tables.idempotency import IdempotencyItem
from afterglow.domain.errors import RateLimitError
from afterglow.domain.models import Role
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done, working
from tests.integration.later import post_late, request_of, run_of
from tests.integration.people import question, user_id_of
from tests.tables import dump, fingerprint, items

REPLAYED = "Idempotent-Replayed"
TEXT = "This Idempotency-Key was used for another request"
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@dataclass(frozen=True, slots=True)
class Creation:
    """A POST that creates, of somebody who has an assistant and a thread with id 1."""

    path: str
    body: Mapping[str, Any]
    has_turn: bool = False

    def error(self, text: str) -> dict[str, str]:
        """Return what its dialect says."""
        is_assistants = self.path.startswith("/api/v1/assistant")
        return {"message" if is_assistants else "error": text}


_TURN = {"content": question(), "assistantId": 1}
CREATIONS = [
    Creation("/api/assistants", {"name": "Ada", "temperature": 0.5}),
    Creation("/api/thread/new", {"title": "Squares", "assistantId": 1}),
    Creation("/api/chat", {"threadId": 1, "message": "Hello!"}, has_turn=True),
    Creation("/api/v1/assistant", {"name": "Ada"}),
    Creation("/api/v1/assistant/admin", {"name": "Ada", "model": "gpt-4o"}),
    Creation("/api/v1/thread", _TURN, has_turn=True),
    Creation("/api/v1/thread/{gpt_id}", _TURN, has_turn=True),
]
each_creation = pytest.mark.parametrize("creation", CREATIONS, ids=lambda each: each.path)
each_turn = pytest.mark.parametrize(
    "creation", [each for each in CREATIONS if each.has_turn], ids=lambda each: each.path
)


@pytest.fixture
def user(admin: Browser) -> Browser:
    """Return an admin with an assistant and a thread."""
    admin.open_thread()
    return admin


def path_of(user: Browser, creation: Creation) -> str:
    """Return where a creation is sent."""
    gpt_id = user.get("/api/threads").body[-1]["openaiThreadId"]
    return creation.path.replace("{gpt_id}", gpt_id)


def send(user: Browser, creation: Creation, key: Mapping[str, str] = KEY, **changed: Any) -> Answer:
    """Send a creation with a key."""
    body = {**creation.body, **changed}
    return user.post(path_of(user, creation), body, headers=dict(key))


def counts() -> list[dict[str, Any]]:
    """Return what is counted of what users do."""
    return [row for row in items() if row["table"] == os.environ["LIMITS_TABLE"]]


@each_creation
def test_the_same_request_is_done_once_and_answered_twice(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    if creation.has_turn:
        engine.then(done("Hello to you."))
    first = send(user, creation)
    before, counted, asked = fingerprint(), counts(), list(engine.calls)

    again = send(user, creation)

    assert first.status in {200, 201}
    assert REPLAYED not in first.headers
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers[REPLAYED] == ["true"]
    assert (fingerprint(), counts(), engine.calls) == (before, counted, asked)


@each_creation
def test_without_a_key_it_is_another_one(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    if creation.has_turn:
        engine.then(done("Hello."), done("Hello again.", "resp_2"))

    answers = [send(user, creation, {}) for _ in range(2)]

    assert not any(REPLAYED in answer.headers for answer in answers)
    assert "K#" not in dump()
    engine.assert_complete()


@each_creation
def test_the_key_is_not_good_for_another_body(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    if creation.has_turn:
        engine.then(done("Hello."))
    send(user, creation)
    before, counted = fingerprint(), counts()

    for changed in ({"name": "Eve", "title": "Cubes", "message": "Bye!"}, {"unknown": 1}):
        answer = send(user, creation, **changed)
        details = answer.body.pop("details")
        assert (answer.status, answer.body) == (422, creation.error(TEXT))
        assert details == [{"code": "idempotency_key_reused"}]
        assert REPLAYED not in answer.headers

    assert (fingerprint(), counts()) == (before, counted)


def test_the_key_is_not_good_for_another_path(user: Browser) -> None:
    web, _, _, v1, admins, *_ = CREATIONS
    send(user, web)

    assert [send(user, other).status for other in (v1, admins)] == [422, 422]
    assert user.post(v1.path, dict(web.body), headers=KEY).status == 422


def test_a_request_is_the_same_however_its_body_is_spelled(user: Browser) -> None:
    first = user.post("/api/assistants", raw='{"name":"Ada","model":"gpt-4o"}', headers=KEY)

    again = user.post(
        "/api/assistants", raw=' { "model": "gpt-4\\u006f",\n"name": "Ada" } ', headers=KEY
    )

    assert (again.status, again.body) == (first.status, first.body)
    assert REPLAYED in again.headers


def test_a_key_is_its_users_own(user: Browser, engine: ScriptedEngine) -> None:
    assert engine is not None
    other = Browser().enter()
    body = {"name": canary("name")}

    mine = user.post("/api/assistants", body, headers=KEY)
    theirs = other.post("/api/assistants", {"name": "Theirs"}, headers=KEY)

    assert mine.status == theirs.status == 201
    assert REPLAYED not in theirs.headers
    assert theirs.body["userId"] == user_id_of(other)


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9", "a\tb", "a\x00", "\U0001f98a", "\x7f"])
@each_creation
def test_what_is_no_key_is_refused_by_name(user: Browser, creation: Creation, key: str) -> None:
    before = fingerprint()

    answer = send(user, creation, {"idempotency-key": key})

    assert answer.status == 400
    (detail,) = answer.body["details"]
    assert (detail["field"], detail["code"]) == ("Idempotency-Key", "invalid")
    assert fingerprint() == before


@pytest.mark.parametrize("key", ["x", "x" * 255, " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "1"])
def test_what_is_a_key_is_taken(user: Browser, key: str) -> None:
    creation = CREATIONS[0]

    first, again = (send(user, creation, {"IDEMPOTENCY-KEY": key}) for _ in range(2))

    assert first.body == again.body
    assert again.headers[REPLAYED] == ["true"]


def test_two_keys_are_none(user: Browser) -> None:
    sent = request_of(user, "/api/assistants", {"name": "Ada"}, KEY)
    sent["multiValueHeaders"]["Idempotency-Key"] *= 2

    answer = deliver(sent)

    assert (answer.status, answer.body["details"][0]["field"]) == (400, "Idempotency-Key")


def test_a_key_is_free_again_after_a_day(user: Browser) -> None:
    creation = CREATIONS[0]
    first = send(user, creation)
    (record,) = IdempotencyItem.scan()
    assert (
        timedelta(0)
        <= bootstrap.now() + timedelta(hours=24) - record.expires_at
        < timedelta(seconds=60)
    )
    record.update(actions=[IdempotencyItem.expires_at.set(bootstrap.now() - timedelta(seconds=1))])

    later = send(user, creation, name="Another")

    assert later.status == 201
    assert later.body["id"] != first.body["id"]
    assert REPLAYED not in later.headers


def test_nothing_of_a_request_is_kept_under_its_key(user: Browser, engine: ScriptedEngine) -> None:
    engine.then(done(canary("answer")))
    key, message = canary("key"), canary("message")
    sent = {"threadId": 1, "message": message}

    assert user.post("/api/chat", sent, headers={"Idempotency-Key": key}).status == 200

    assert key not in dump()
    (record,) = IdempotencyItem.scan()
    assert message not in str(record.attribute_values)
    kept = {"owner", "item", "v", "fingerprint", "made", "expires_at"}
    assert set(record.attribute_values) == kept


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"threadId": 999, "message": "Hi"}, 404),
        ({"threadId": 1, "message": ""}, 400),
        ({"threadId": 0, "message": "Hi"}, 400),
    ],
)
def test_what_was_refused_leaves_the_key_free(
    user: Browser, engine: ScriptedEngine, body: dict[str, Any], status: int
) -> None:
    engine.then(done("Hello."))

    refused = user.post("/api/chat", body, headers=KEY)
    taken = send(user, CREATIONS[2])

    assert (refused.status, taken.status) == (status, 200)
    assert REPLAYED not in refused.headers | taken.headers


def test_a_busy_thread_leaves_the_key_free(user: Browser, engine: ScriptedEngine) -> None:
    engine.then(working())
    other = post_late(user, "/api/chat", {"threadId": 1, "message": "First"})
    refused = send(user, CREATIONS[2])
    engine.then(done("One.", "resp_1"), done("Hello.", "resp_2"))
    assert user.post(f"/api/runs/{other.body['runId']}/cancel").body["status"] == "completed"

    taken = send(user, CREATIONS[2])

    assert (refused.status, taken.status) == (409, 200)
    assert REPLAYED not in taken.headers


@each_turn
def test_while_it_is_under_way_the_same_run_is_told(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    engine.then(working())
    path, body = path_of(user, creation), dict(creation.body)
    first = post_late(user, path, body, KEY)

    again = post_late(user, path, body, KEY)

    assert first.status == again.status == 202
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers[REPLAYED] == ["true"]
    assert engine.calls == ["start"]


@each_turn
def test_a_run_that_failed_fails_again(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    engine.then(RateLimitError("Slow down", code="openai_rate_limited", retry_after=77))
    first = send(user, creation)
    assert first.status == 429
    before, asked = fingerprint(), list(engine.calls)

    again = send(user, creation)

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Retry-After"] == first.headers["Retry-After"] == ["77"]
    assert again.headers[REPLAYED] == ["true"]
    assert (fingerprint(), engine.calls) == (before, asked)
    kept = [detail for detail in again.body["details"] if detail["code"] == "thread_kept"]
    assert len(kept) == (1 if creation.path == "/api/v1/thread" else 0)


def test_a_turn_is_told_again_without_a_key_of_openai(
    user: Browser, engine: ScriptedEngine
) -> None:
    engine.then(done("Hello."))
    first = send(user, CREATIONS[2])
    assert user.request("DELETE", "/api/settings/apikey").status == 200

    again = send(user, CREATIONS[2])

    assert (again.status, again.body) == (200, first.body)


@pytest.mark.parametrize("creation", [CREATIONS[0], CREATIONS[3], CREATIONS[4]])
def test_at_the_limit_the_last_one_is_told_again(user: Browser, creation: Creation) -> None:
    first = send(user, creation)
    assert user.request("PUT", "/api/v1/config/assistant/limit/2").status == 200

    again, more = send(user, creation), send(user, creation, {})

    assert (again.status, again.body, more.status) == (201, first.body, 429)
    assert user.request("PUT", "/api/v1/config/assistant/limit/0").status == 200
    assert send(user, creation).status == 201


def test_who_is_no_admin_any_more_is_told_nothing(user: Browser) -> None:
    send(user, CREATIONS[4])
    DynamoAccountRepository().set_role(user_id_of(user), Role.USER)

    answer = send(user, CREATIONS[4])

    assert (answer.status, answer.body) == (401, {"message": "Admin privileges required"})


@each_creation
def test_what_has_been_deleted_is_not_made_again(
    user: Browser, engine: ScriptedEngine, creation: Creation
) -> None:
    if creation.has_turn:
        engine.then(done("Hello."))
    send(user, creation)
    path = path_of(user, creation)
    for everything in ("assistant", "thread"):
        assert user.request("DELETE", f"/api/v1/{everything}").status == 200

    answer = user.post(path, dict(creation.body), headers=KEY)

    missing = "Assistant" if "assistant" in creation.path else "Thread"
    assert (answer.status, answer.body) == (404, creation.error(f"{missing} not found"))
    assert user.get("/api/assistants").body == user.get("/api/threads").body == []


@pytest.mark.parametrize("path", ["/api/login", "/api/v1/auth/token"])
def test_nothing_secret_is_told_twice(browser: Browser, path: str) -> None:
    browser.register()

    answers = [browser.post(path, browser.credentials(), headers=KEY) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert not any(REPLAYED in answer.headers for answer in answers)
    secrets = {str(a.body.get("access_token", a.headers.get("Set-Cookie"))) for a in answers}
    assert len(secrets) == 2
    assert IdempotencyItem.count() == 0


def test_a_repeated_turn_finds_its_own_run(user: Browser, engine: ScriptedEngine) -> None:
    engine.then(working())
    first = post_late(user, "/api/chat", dict(CREATIONS[2].body), KEY)
    run = run_of(user, first.body["runId"])

    (record,) = IdempotencyItem.scan()

    assert record.made == run.id
