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
    before = dump()

    answer = user.post("/api/settings/apikey", {"apiKey": canary_key()})

    assert (answer.status, answer.body) == (
        400,
        {"error": "OpenAI rejected the API key", "details": [{"code": "openai_key_invalid"}]},
    )
    assert dump() == before


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
