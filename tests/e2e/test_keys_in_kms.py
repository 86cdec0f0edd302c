"""A deployment whose keys KMS encrypts, from a user's first day to the last."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from local import logs
from local.deploy.client import client
from local.openai.control_client import ControlClient, fingerprint
from local.ports import Ports
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

NO_KEY = "No OpenAI API key is stored: set one first"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A deployment of its own: the template with other rights and another store."""
    with LocalCloud(
        Ports.free(), tmp_path_factory.mktemp("kms"), parameters={"KeyStore": "kms"}
    ) as running:
        yield running


def test_a_key_is_stored_used_changed_taken_back_and_gone_with_its_user(
    cloud: LocalCloud, new_visitor: NewVisitor, openai: ControlClient
) -> None:
    visitor = new_visitor()
    visitor.settle_in()
    first, second = visitor.api_key, "sk-" + secrets.token_hex(20)
    user_id = visitor.get("/api/user").json()["id"]

    assert visitor.chat("Hello?").status_code == 200
    assert _stored(cloud, user_id) == 1
    _store(visitor, second)
    assert visitor.post("/api/thread/new", {"assistantId": 1}).status_code == 201
    assert visitor.chat("Hello again?", 2).status_code == 200
    calls = openai.journal("POST", "/v1/responses")
    assert [call.key for call in calls] == [fingerprint(first), fingerprint(second)]
    shown = visitor.get("/api/user").json()
    assert (shown["hasApiKey"], shown["apiKeyLast4"]) == (True, second[-4:])
    _shows_no(cloud, first, second)

    assert visitor.http.delete("/api/settings/apikey").status_code == 200
    refused = visitor.chat("Hello?")
    assert (refused.status_code, refused.json()["error"]) == (400, NO_KEY)
    assert _stored(cloud, user_id) == 0

    _store(visitor, first)
    assert visitor.http.delete("/api/user").status_code == 200
    assert _stored(cloud, user_id) == 1
    _reap(cloud, user_id)

    assert not [item for item in _users(cloud) if str(user_id) in str(item)]
    assert not [each for each in openai.objects(first) if each["object"] == "response"]
    _shows_no(cloud, first, second)
    failed = [line.message for line in logs.recent(cloud.cloud_url, 5) if _is_error(line.message)]
    assert failed == []


def test_whose_role_may_not_is_refused_and_so_is_another_stages_key(cloud: LocalCloud) -> None:
    """The emulator asks the roles and the key's policy: what it allows above is no accident."""
    key = _told(cloud, "Settings")["OPENAI_KEYS_KEY"]
    ours = {"purpose": "openai-key", "stage": "local", "user": "1"}
    settings, chat, auth = (_as(cloud, each) for each in ("Settings", "Chat", "Auth"))
    sealed = settings.encrypt(KeyId=key, Plaintext=b"k", EncryptionContext=ours)["CiphertextBlob"]
    opening = {"KeyId": key, "CiphertextBlob": sealed}

    assert chat.decrypt(**opening, EncryptionContext=ours)["Plaintext"] == b"k"
    for who in (settings, auth):
        with pytest.raises(who.exceptions.ClientError, match="AccessDenied"):
            who.decrypt(**opening, EncryptionContext=ours)
    for context in ({**ours, "stage": "prod"}, {**ours, "purpose": "another"}, {}):
        with pytest.raises(settings.exceptions.ClientError, match="AccessDenied"):
            settings.encrypt(KeyId=key, Plaintext=b"k", EncryptionContext=context)
        with pytest.raises(chat.exceptions.ClientError, match="AccessDenied"):
            chat.decrypt(**opening, EncryptionContext=context)


def _store(visitor: Visitor, api_key: str) -> None:
    visitor.api_key = api_key
    assert visitor.post("/api/settings/apikey", {"apiKey": api_key}).status_code == 200


def _functions(cloud: LocalCloud) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("lambda", cloud.cloud_url).list_functions()["Functions"]
    return found


def _function(cloud: LocalCloud, name: str) -> dict[str, Any]:
    (function,) = [each for each in _functions(cloud) if f"-{name}Function" in each["FunctionName"]]
    return function


def _told(cloud: LocalCloud, name: str) -> dict[str, str]:
    variables: dict[str, str] = _function(cloud, name)["Environment"]["Variables"]
    return variables


def _as(cloud: LocalCloud, name: str) -> Any:
    """A client of KMS with the rights of a function's role."""
    role = _function(cloud, name)["Role"]
    given = client("sts", cloud.cloud_url).assume_role(RoleArn=role, RoleSessionName="test")
    credentials = given["Credentials"]
    return boto3.client(
        "kms",
        endpoint_url=cloud.cloud_url,
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def _users(cloud: LocalCloud) -> list[dict[str, Any]]:
    table = _told(cloud, "Auth")["USERS_TABLE"]
    items: list[dict[str, Any]] = client("dynamodb", cloud.cloud_url).scan(TableName=table)["Items"]
    return items


def _stored(cloud: LocalCloud, user_id: int) -> int:
    """How many encrypted keys there are of a user."""
    mine = [item for item in _users(cloud) if item["owner"]["S"] == f"U#{user_id:016d}"]
    return len([item for item in mine if "ciphertext" in item])


def _shows_no(cloud: LocalCloud, *keys: str) -> None:
    """Look for keys in every table, and for secrets of users."""
    tables = client("dynamodb", cloud.cloud_url)
    for name in tables.list_tables()["TableNames"]:
        text = str(tables.scan(TableName=name)["Items"])
        assert not [key for key in keys if key in text], name
    kept = client("secretsmanager", cloud.cloud_url).list_secrets()["SecretList"]
    assert [each["Name"] for each in kept] == ["/afterglow/local/pepper"]


def _reap(cloud: LocalCloud, user_id: int) -> None:
    """Have a deleted user cleared away, as if it were long ago that they left."""
    then = datetime.now(UTC) - timedelta(hours=1)
    table = _told(cloud, "Reaper")["DELETIONS_TABLE"]
    client("dynamodb", cloud.cloud_url).update_item(
        TableName=table,
        Key={"owner": {"S": f"U#{user_id:016d}"}, "item": {"S": "USER"}},
        UpdateExpression="SET requested_at = :then",
        ExpressionAttributeValues={":then": {"S": then.strftime("%Y-%m-%dT%H:%M:%S.%f%z")}},
    )
    answer = client("lambda", cloud.cloud_url).invoke(
        FunctionName=_function(cloud, "Reaper")["FunctionName"]
    )
    counts = json.loads(answer["Payload"].read())
    assert (counts["finished"], counts["failed"]) == (1, 0), counts


def _is_error(message: str) -> bool:
    try:
        line = json.loads(message)
    except ValueError:
        return True
    return line.get("level") in {"ERROR", "CRITICAL"}
