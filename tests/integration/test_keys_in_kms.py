"""A deployment whose keys KMS encrypts, as a caller and an operator see it."""

from collections import Counter
from collections.abc import Iterator

import boto3
import pytest

from afterglow.adapters import secrets_manager
from afterglow.adapters.kms import KmsVault
from afterglow.bootstrap import ports
from tests.browser import Browser
from tests.canaries import canary_key
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.kms import keys_in_kms
from tests.tables import dump, items
from tests.wiretap import AwsCall, Wiretap, refusing, wiretap

# Beside tests/matrix/test_trips.py: a read and a call of KMS for one of Secrets Manager.
TRIPS = {
    "POST /api/chat": "dynamodb 7, kms 1",
    "POST /api/settings/apikey": "dynamodb 8, kms 1, secrets-manager 1",
    "DELETE /api/settings/apikey": "dynamodb 3",
}
MISSING = {
    "error": "No OpenAI API key is stored: set one first",
    "details": [{"code": "openai_key_missing"}],
}


@pytest.fixture(autouse=True)
def _in_kms(_aws: None) -> Iterator[None]:
    with keys_in_kms():
        yield


def _is_sealed() -> bool:
    return any(item["item"] == {"S": "OPENAI_KEY"} for item in items())


def test_a_key_is_kept_encrypted_and_in_no_secret(browser: Browser, engine: ScriptedEngine) -> None:
    engine.then(done("Gladly."))
    browser.register().store_key()
    thread = browser.open_thread(assistant_id=browser.create_assistant())

    assert browser.say(thread).status == 200

    assert isinstance(ports.vault(), KmsVault)
    assert engine.keys == [browser.api_key] * 2
    assert browser.api_key not in dump()
    assert _is_sealed()
    secrets = boto3.client("secretsmanager").list_secrets()["SecretList"]
    mine = f"{browser.get('/api/user').body['id']:014x}"
    assert not [each for each in secrets if each["Name"].endswith(mine)]


def test_a_changed_key_is_used_from_then_on_and_one_taken_back_is_gone(
    user: Browser, engine: ScriptedEngine
) -> None:
    thread = user.open_thread(assistant_id=user.create_assistant())
    user.api_key = canary_key()
    user.store_key()
    engine.then(done("Gladly."))
    assert user.say(thread).status == 200
    assert engine.keys[-1] == user.api_key

    for _ in range(2):
        assert user.request("DELETE", "/api/settings/apikey").status == 200

    assert not _is_sealed()
    refused = user.say(thread)
    assert (refused.status, refused.body) == (400, MISSING)


def test_it_takes_so_many_calls_and_no_more(user: Browser, engine: ScriptedEngine) -> None:
    thread = user.open_thread(assistant_id=user.create_assistant())
    engine.then(done("Gladly."), done("Gladly."))
    # The first answer of an assistant takes one write more.
    assert user.say(thread).status == 200
    said = {"threadId": thread, "message": "Hello?"}
    bodies = {"POST /api/settings/apikey": {"apiKey": canary_key()}, "POST /api/chat": said}
    taken = {}
    for route in TRIPS:
        method, path = route.split()
        secrets_manager.pepper.cache_clear()
        calls = Counter(call.service for call in _calls(user, method, path, bodies.get(route)))
        taken[route] = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))

    assert taken == TRIPS


def _calls(user: Browser, method: str, path: str, body: object) -> list[AwsCall]:
    answers: list[Answer] = []
    calls = wiretap.during(lambda: answers.append(user.request(method, path, body)))
    assert answers[0].status == 200
    return calls


@pytest.mark.parametrize("code", ["ThrottlingException", "KMSInternalException"])
def test_while_kms_is_out_of_reach_nothing_is_said_and_nothing_stored(
    user: Browser, engine: ScriptedEngine, aws: Wiretap, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with Secrets Manager (S-82), and it is not the user's fault: the key is not missing."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    thread = user.open_thread(assistant_id=user.create_assistant())
    before, asked = user.get("/api/user").body, len(engine.keys)

    with aws.breaking("Decrypt", refusing(code, 500)), aws.breaking("Encrypt", refusing(code, 500)):
        answers = [user.say(thread), user.post("/api/settings/apikey", {"apiKey": canary_key()})]

    assert [answer.status for answer in answers] == [500, 500]
    assert {answer.body["error"] for answer in answers} == {"Internal server error"}
    assert engine.prompts == []
    assert len(engine.keys) == asked + 1  # to check the new one
    assert user.get("/api/user").body == before
    engine.then(done("Gladly."))
    assert user.say(thread).status == 200
