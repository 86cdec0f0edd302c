"""What each function does to AWS, beside what its role in template.yaml lets it do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import argon2
import boto3
import pytest

from afterglow import bootstrap
from afterglow.adapters import secrets_manager
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.errors import OperationFailedError
from afterglow.services.sessions import token_hash
from tests.browser import Browser
from tests.delivery import route_of
from tests.examples import a_session, a_user
from tests.fakes.engine import ScriptedEngine, done
from tests.tables import table_names
from tests.template.document import FUNCTIONS, ROLES, role_of
from tests.wiretap import AwsCall, Wiretap, losing_the_reply, refusing, undisturbed

Right = tuple[str, str]
KEYS, PEPPER = "keys", "Pepper"
TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


def used(call: AwsCall) -> Iterator[Right]:
    """Return the rights that a call needs: action and resource."""
    tables = {name: table for table, name in table_names().items()}
    parameters = call.parameters
    if call.service == "secrets-manager":
        name = parameters.get("SecretId") or parameters["Name"]
        resource = PEPPER if name == os.environ["PEPPER_SECRET"] else KEYS
        yield f"secretsmanager:{call.operation}", resource
    elif call.operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            ((verb, body),) = item.items()
            yield f"dynamodb:{TRANSACTED[verb]}", tables[body["TableName"]]
    elif call.operation == "BatchGetItem":
        for name in parameters["RequestItems"]:
            yield "dynamodb:BatchGetItem", tables[name]
    else:
        yield f"dynamodb:{call.operation}", tables[parameters["TableName"]]


def granted(function: str) -> set[Right]:
    """Return the rights of a function's role, but to its log."""
    properties = next(f for f in FUNCTIONS.values() if f["CodeUri"] == f"functions/{function}")
    (policy,) = ROLES[role_of(properties)]["Policies"]
    return {
        (action, _name(statement["Resource"]))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
        if not action.startswith("logs:")
    }


def _name(resource: Any) -> str:
    if "Fn::Sub" in resource:
        return KEYS
    return str(resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0])


@dataclass
class Watch:
    """Which function used which rights."""

    aws: Wiretap
    rights: dict[str, set[Right]] = field(default_factory=dict)

    def request(self, browser: Browser, method: str, path: str, body: object = None) -> None:
        """Send a request that is to go well, and note what it took."""
        _, function = route_of(method, path)
        statuses: list[int] = []
        calls = self.aws.during(lambda: statuses.append(browser.request(method, path, body).status))
        assert statuses[0] in {200, 201, 500}
        self.rights.setdefault(function, set()).update(
            right for call in calls for right in used(call)
        )


def _with_former_hash_and_stale_session(browser: Browser) -> None:
    """Sign a user in whose hash wants renewal and whose session was last seen a while ago."""
    former = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    user = a_user(username=browser.username, password_hash=former.hash(browser.password))
    session = a_session(
        user,
        token_hash=token_hash("a-token"),
        last_seen_at=bootstrap.now() - timedelta(minutes=10),
        expires_at=bootstrap.now() + timedelta(days=1),
    )
    DynamoAccountRepository().create(user, session)
    browser.cookie = "sid=a-token"


@pytest.fixture
def watch(aws: Wiretap, browser: Browser, engine: ScriptedEngine) -> Watch:
    """Return what a conversation took that leaves no corner out."""
    # As in a new process.
    secrets_manager.pepper.cache_clear()
    watch = Watch(aws)
    newcomer = Browser()
    watch.request(newcomer, "POST", "/api/register", newcomer.credentials())
    routes: list[tuple[str, str, dict[str, object] | None]] = [
        ("GET", "/api/user", None),
        ("POST", "/api/settings/apikey", {"apiKey": browser.api_key}),
        ("POST", "/api/assistants", {"name": "Ada"}),
        ("GET", "/api/assistants", None),
        ("GET", "/api/assistants/1", None),
        ("POST", "/api/thread/new", {"assistantId": 1}),
        ("POST", "/api/chat", {"threadId": 1, "message": "One?"}),
        ("POST", "/api/chat", {"threadId": 1, "message": "Two?"}),
        ("GET", "/api/threads/1/messages", None),
    ]
    engine.then(done("One."), OperationFailedError("down", code="openai_unavailable"))
    _with_former_hash_and_stale_session(browser)
    for method, path, body in routes:
        _age_session()
        watch.request(browser, method, path, body)
    _replace_a_deleted_key(watch, browser)
    engine.then(done("Three.", "resp_3"))
    engine.reads_history = True
    with aws.spoiling("TransactWriteItems", undisturbed, losing_the_reply):
        watch.request(browser, "POST", "/api/chat", {"threadId": 1, "message": "Three?"})
    watch.request(Browser(), "POST", "/api/login", browser.credentials())
    watch.request(browser, "POST", "/api/logout")
    return watch


def _age_session() -> None:
    """Let the session have been seen a while ago, so that its use is written down."""
    boto3.client("dynamodb").update_item(
        TableName=os.environ["SESSIONS_TABLE"],
        Key={"owner": {"S": f"S#{token_hash('a-token')}"}, "item": {"S": "SESSION"}},
        UpdateExpression="SET last_seen_at = :then",
        ExpressionAttributeValues={
            ":then": {
                "S": (bootstrap.now() - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
            }
        },
    )


def _replace_a_deleted_key(watch: Watch, browser: Browser) -> None:
    with (
        watch.aws.spoiling("CreateSecret", refusing("InvalidRequestException")),
        watch.aws.spoiling("PutSecretValue", refusing("InvalidRequestException")),
    ):
        watch.request(browser, "POST", "/api/settings/apikey", {"apiKey": browser.api_key})


def test_every_function_uses_every_right_it_has_and_no_other(watch: Watch) -> None:
    functions = [function["CodeUri"].removeprefix("functions/") for function in FUNCTIONS.values()]

    missing = {name: watch.rights[name] - granted(name) for name in functions}
    unused = {name: granted(name) - watch.rights[name] for name in functions}

    assert (missing, unused) == ({name: set() for name in functions},) * 2
