"""Storing an OpenAI key, as a caller and an operator see it."""

import boto3
import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.ports.engine import KeyVerdict
from tests.browser import Browser
from tests.canaries import canary_key
from tests.fakes.engine import ScriptedEngine
from tests.tables import dump


def test_a_key_is_kept_where_it_belongs_and_nowhere_else(
    browser: Browser, engine: ScriptedEngine
) -> None:
    user_id = browser.register().get("/api/user").body["id"]

    answer = browser.post("/api/settings/apikey", {"apiKey": browser.api_key})

    assert (answer.status, answer.body) == (200, {"message": "API key updated successfully"})
    secret = boto3.client("secretsmanager").get_secret_value(
        SecretId=f"/afterglow/local/openai/{user_id:014x}"
    )
    assert secret["SecretString"] == browser.api_key
    assert browser.api_key not in dump()
    shown = browser.get("/api/user").body
    assert (shown["hasApiKey"], shown["apiKeyLast4"]) == (True, browser.api_key[-4:])
    assert engine.keys == [browser.api_key]


def test_a_key_is_followed_by_the_next_at_once(user: Browser) -> None:
    for _ in range(3):
        user.api_key = canary_key()
        user.store_key()

        assert user.get("/api/user").body["apiKeyLast4"] == user.api_key[-4:]


def test_a_rejected_key_leaves_the_former_one(user: Browser, engine: ScriptedEngine) -> None:
    engine.verdict = KeyVerdict.REJECTED
    before = user.get("/api/user").body

    answer = user.post("/api/settings/apikey", {"apiKey": canary_key()})

    assert (answer.status, answer.body) == (
        400,
        {"error": "OpenAI rejected the API key", "details": [{"code": "openai_key_invalid"}]},
    )
    assert user.get("/api/user").body == before


@pytest.mark.parametrize(
    "verdict", [KeyVerdict.RESTRICTED, OperationFailedError("x", code="openai_unavailable")]
)
def test_a_key_nobody_could_check_is_stored_with_a_warning(
    browser: Browser, engine: ScriptedEngine, verdict: KeyVerdict | Exception
) -> None:
    engine.verdict = verdict

    answer = browser.register().post("/api/settings/apikey", {"apiKey": browser.api_key})

    assert answer.status == 200
    assert set(answer.body) == {"message", "warning"}
    assert answer.body["message"] == "API key updated successfully"
    assert browser.get("/api/user").body["hasApiKey"] is True


@pytest.mark.parametrize("key", ["", "sk-short", "sk-admin-" + "k" * 40, "pk-" + "k" * 40])
def test_what_is_no_key_is_refused(user: Browser, engine: ScriptedEngine, key: str) -> None:
    asked = len(engine.keys)

    answer = user.post("/api/settings/apikey", {"apiKey": key})

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    assert [detail["field"] for detail in answer.body["details"]] == ["apiKey"]
    assert len(engine.keys) == asked


def test_a_key_that_is_taken_back_is_nowhere_any_more(user: Browser) -> None:
    for _ in range(2):
        answer = user.request("DELETE", "/api/settings/apikey")

        assert (answer.status, answer.body) == (200, {"message": "API key deleted successfully"})
    shown = user.get("/api/user").body
    assert (shown["hasApiKey"], shown["apiKeyLast4"]) == (False, None)
    secrets = boto3.client("secretsmanager").list_secrets()["SecretList"]
    assert f"/afterglow/local/openai/{shown['id']:014x}" not in {each["Name"] for each in secrets}
    assert user.store_key().get("/api/user").body["apiKeyLast4"] == user.api_key[-4:]


def test_keys_are_stored_only_so_often_and_taken_back_at_any_time(
    user: Browser, engine: ScriptedEngine
) -> None:
    answers = [user.post("/api/settings/apikey", {"apiKey": canary_key()}) for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[-1].body == {"error": "Rate limit exceeded"}
    assert 1 <= int(answers[-1].headers["Retry-After"][0]) <= 60
    assert len(engine.keys) == 5
    assert user.request("DELETE", "/api/settings/apikey").status == 200


def test_the_default_assistant_is_chosen_and_let_go(user: Browser) -> None:
    first, second = user.create_assistant(), user.create_assistant()

    for chosen in (first, second, None, None):
        answer = user.post("/api/settings/default-assistant", {"assistantId": chosen})

        assert (answer.status, answer.body) == (
            200,
            {"message": "Default assistant updated successfully"},
        )
        assert user.get("/api/user").body["defaultAssistantId"] == chosen


def test_anothers_assistant_is_no_choice_and_looks_like_none(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.create_assistant()
    user.post("/api/settings/default-assistant", {"assistantId": 1})
    other = Browser().enter()
    for _ in range(2):
        other.create_assistant()
    before = dump()

    foreign = user.post("/api/settings/default-assistant", {"assistantId": 2})
    unknown = user.post("/api/settings/default-assistant", {"assistantId": 999})

    assert (foreign.status, foreign.body) == (404, {"error": "Assistant not found"})
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
    assert sorted(foreign.headers) == sorted(unknown.headers)
    assert dump() == before
    assert engine.keys == []


@pytest.mark.parametrize(
    "body", [{}, *({"assistantId": wrong} for wrong in (0, -1, True, 1.0, "1", 2**53, [1]))]
)
def test_what_names_no_assistant_is_refused(user: Browser, body: dict[str, object]) -> None:
    before = dump()

    answer = user.post("/api/settings/default-assistant", body)

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    assert [detail["field"] for detail in answer.body["details"]] == ["assistantId"]
    assert dump() == before
