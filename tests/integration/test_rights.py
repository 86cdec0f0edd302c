"""What each function does to AWS, beside what its role in template.yaml lets it do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import argon2
import boto3
import pytest

from afterglow import bootstrap
from afterglow.adapters import secrets_manager
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Role, SessionKind
from afterglow.services.clearing import LAST_REQUESTS
from afterglow.services.sessions import token_hash
from tests.browser import Browser
from tests.contract.worlds import deployed
from tests.delivery import route_of
from tests.departures import settled
from tests.examples import a_question, a_run, a_session, a_user
from tests.fakes.engine import ScriptedEngine, done
from tests.jobs import reaped
from tests.tables import table_names
from tests.template.document import FUNCTIONS, ROLES, role_of
from tests.wiretap import AwsCall, Wiretap, losing_the_reply, refusing, undisturbed

Right = tuple[str, str]
KEYS, PEPPER = "keys", "Pepper"
TOKEN = "a-token"
TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


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
    elif call.operation in {"BatchGetItem", "BatchWriteItem"}:
        for name in parameters["RequestItems"]:
            yield f"dynamodb:{call.operation}", tables[name]
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

    def request(
        self, browser: Browser, method: str, path: str, body: object = None, **options: Any
    ) -> None:
        """Send a request that is to go well, and note what it took."""
        _, function = route_of(method, path)
        # As in a new process.
        secrets_manager.pepper.cache_clear()
        statuses: list[int] = []
        calls = self.aws.during(
            lambda: statuses.append(browser.request(method, path, body, **options).status)
        )
        assert statuses[0] in {200, 201, 401, 429, 500}
        self.rights.setdefault(function, set()).update(
            right for call in calls for right in used(call)
        )


def _with_former_hash_and_stale_session(browser: Browser) -> None:
    """Sign a user in whose hash wants renewal and whose session was last seen a while ago."""
    former = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    user = a_user(username=browser.username, password_hash=former.hash(browser.password))
    session = a_session(
        user,
        token_hash=token_hash(TOKEN),
        last_seen_at=bootstrap.now() - timedelta(minutes=10),
        expires_at=bootstrap.now() + timedelta(days=1),
    )
    DynamoAccountRepository().create(user, session)
    browser.cookie = f"sid={TOKEN}"


@pytest.fixture
def watch(aws: Wiretap, browser: Browser, engine: ScriptedEngine) -> Watch:
    """Return what a conversation took that leaves no corner out."""
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
        ("PATCH", "/api/assistants/1", {"name": "Eve"}),
        ("GET", "/api/threads", None),
        ("PATCH", "/api/threads/1", {"title": "Numbers"}),
        ("POST", "/api/settings/default-assistant", {"assistantId": 1}),
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
    _speak_dialect_b(watch, browser, engine)
    watch.request(Browser(), "POST", "/api/login", browser.credentials())
    watch.request(browser, "POST", "/api/logout")
    _reap(watch)
    return watch


def _speak_dialect_b(watch: Watch, browser: Browser, engine: ScriptedEngine) -> None:
    """Do as an admin what dialect B has beyond dialect A, and delete in both."""
    user_id = browser.get("/api/user").body["id"]
    DynamoAccountRepository().set_role(user_id, Role.ADMIN)
    repository = DynamoSessionRepository()
    session = repository.get(token_hash(TOKEN))
    assert session is not None
    token = "oak_" + "b" * 43
    repository.add(replace(session, token_hash=token_hash(token), kind=SessionKind.BEARER))
    engine.then(done("Four.", "resp_4"))
    question = {"content": "What comes after three? Tell me in a single word, please."}
    routes: list[tuple[str, str, dict[str, object] | None]] = [
        ("POST", "/api/v1/assistant", {"name": "Bea"}),
        ("POST", "/api/v1/assistant/admin", {"name": "Cleo"}),
        ("GET", "/api/v1/config/assistant/limit", None),
        ("PUT", "/api/v1/config/assistant/limit/7", None),
        ("POST", "/api/v1/thread", {"assistantId": 1, **question}),
        ("GET", "/api/v1/threads", None),
        ("DELETE", "/api/v1/assistant", None),
        ("DELETE", "/api/v1/thread", None),
    ]
    for method, path, body in routes:
        _age_session(token)
        authorization = {"Authorization": f"Bearer {token}"}
        watch.request(browser, method, path, body, cookie=None, headers=authorization)
        if method == "PUT":
            # Whoever is no admin sees their own.
            DynamoAccountRepository().set_role(user_id, Role.USER)
            watch.request(browser, "GET", "/api/v1/threads", cookie=None, headers=authorization)
            DynamoAccountRepository().set_role(user_id, Role.ADMIN)
    _leave(watch, browser)


def _leave(watch: Watch, browser: Browser) -> None:
    """Be too busy, delete what is under way, be nobody, go."""
    user_id = browser.get("/api/user").body["id"]
    browser.post("/api/assistants", {"name": "Dora"})
    threads = [browser.open_thread(assistant_id=4) for _ in range(4)]
    for thread_id in threads[:3]:
        thread = DynamoThreadRepository().get(user_id, thread_id)
        run = a_run(thread, lease_until=bootstrap.now() + timedelta(seconds=30))
        DynamoTurnLedger().accept(thread, run, a_question(run), most_open=3)
    watch.request(browser, "POST", "/api/chat", {"threadId": threads[3], "message": "More?"})
    watch.request(browser, "DELETE", f"/api/threads/{threads[0]}")
    watch.request(browser, "DELETE", "/api/assistants/4")
    for path in ("/api/assistants", "/api/threads", "/api/v1/threads"):
        watch.request(Browser(), "GET", path)
    watch.request(Browser(), "POST", "/api/chat", {"threadId": 1, "message": "Hello?"})
    watch.request(browser, "DELETE", "/api/settings/apikey")
    other = Browser().enter()
    watch.request(other, "DELETE", "/api/user")


def _reap(watch: Watch) -> None:
    """Clear away a user who said something, at the second attempt."""
    leaver = settled(deployed())
    leaver.thread(turns=1)
    DynamoAccountRepository().delete(leaver.user.id, bootstrap.now())
    down = ScriptedEngine(OperationFailedError("down", code="openai_unavailable"))
    later = LAST_REQUESTS * 2

    def passes() -> None:
        assert reaped(down.opened_with, later=later).counts["failed"] == 1
        assert reaped(down.opened_with, later=later).counts["finished"] == 1

    calls = watch.aws.during(passes)
    watch.rights["reaper"] = {right for call in calls for right in used(call)}


def _age_session(token: str = TOKEN) -> None:
    """Let the session have been seen a while ago, so that its use is written down."""
    boto3.client("dynamodb").update_item(
        TableName=os.environ["SESSIONS_TABLE"],
        Key={"owner": {"S": f"S#{token_hash(token)}"}, "item": {"S": "SESSION"}},
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

    missing = {name: watch.rights.get(name, set()) - granted(name) for name in functions}
    unused = {name: granted(name) - watch.rights.get(name, set()) for name in functions}

    assert (missing, unused) == ({name: set() for name in functions},) * 2
