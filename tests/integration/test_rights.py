"""What each function does to AWS, beside what its role in template.yaml lets it do."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import argon2
import boto3
import pytest

from afterglow import bootstrap
from afterglow.adapters import secrets_manager
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
from afterglow.adapters.dynamodb.runs import DynamoRunRepository
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.domain.errors import FileLostError, InvalidInputError, OperationFailedError
from afterglow.domain.models import (
    Role,
    Run,
    RunState,
    SessionKind,
)
from afterglow.domain.rates import Period, Window
from afterglow.ports.conversations import Terms
from afterglow.ports.engine import Reply, ReplyState
from afterglow.services.clearing import LAST_UPLOADS
from afterglow.services.sessions import token_hash
from tests.browser import Browser
from tests.contract.worlds import deployed
from tests.delivery import function_module, route_of
from tests.departures import settled
from tests.events import Context
from tests.examples import (
    a_question,
    a_run,
    a_session,
    a_token,
    a_user,
    an_answer,
)
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.engine import ScriptedEngine, done, working
from tests.integration.readers import (
    brought_back_at_once,
    late_once,
    reading_run,
    resting_on,
    with_a_file,
)
from tests.integration.rights import KEYS, Right, granted, used
from tests.integration.uploading import Uploading
from tests.jobs import reaped
from tests.kms import new_kms_vault
from tests.pollers import looked_after_by
from tests.scripting import answering
from tests.summary import LINES
from tests.template.document import FUNCTIONS
from tests.wiretap import AwsCall, Wiretap, losing_the_reply, refusing, undisturbed

USER_ID = 4_042
TOKEN = a_token(USER_ID)
NAMES = [function["CodeUri"].removeprefix("functions/") for function in FUNCTIONS.values()]
NOTHING: dict[str, set[Right]] = {name: set() for name in NAMES}
# Which request to the vault it is that takes an action.
ASKED = {
    "secretsmanager:CreateSecret": "put",
    "secretsmanager:DeleteSecret": "delete",
    "secretsmanager:GetSecretValue": "get",
    "secretsmanager:PutSecretValue": "put",
    "secretsmanager:RestoreSecret": "put",
}
NOBODYS = "run_" + "x" * 24
LONG = "Gladly. " * 50_000
# A file of nobody's, for which everything is looked through all the same.
NOT_THERE = FileLostError("lost", upstream_id="file-unknown")


@dataclass
class Watch:
    """Which function used which rights."""

    aws: Wiretap
    rights: dict[str, set[Right]] = field(default_factory=dict)
    calls: int = 0

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
        assert statuses[0] in {200, 201, 202, 400, 401, 429}
        self.note(function, calls)

    def note(self, function: str, calls: Iterable[AwsCall]) -> None:
        """Note what a function took."""
        noted = self.rights.setdefault(function, set())
        for call in calls:
            self.calls += 1
            noted.update(used(call))


def _with_former_hash_and_stale_session(browser: Browser) -> None:
    """Sign a user in whose hash wants renewal and whose session was last seen a while ago."""
    former = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    user = a_user(USER_ID, username=browser.username, password_hash=former.hash(browser.password))
    session = a_session(
        user,
        token_hash=token_hash(TOKEN),
        last_seen_at=bootstrap.now() - timedelta(minutes=10),
        expires_at=bootstrap.now() + timedelta(days=1),
    )
    DynamoAccountRepository().create(user, session)
    browser.cookie = f"sid={TOKEN}"


@pytest.fixture(scope="module")
def watch(aws: Wiretap) -> Watch:
    """Return what a conversation took that leaves no corner out."""
    watch = Watch(aws)
    with answering(ScriptedEngine()) as engine:
        _converse(watch, Browser(), engine)
    return watch


def _converse(watch: Watch, browser: Browser, engine: ScriptedEngine) -> None:
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
        ("GET", "/api/files", None),
        ("GET", "/api/threads", None),
        ("PATCH", "/api/threads/1", {"title": "Numbers"}),
        ("POST", "/api/settings/default-assistant", {"assistantId": 1}),
    ]
    engine.then(done("One."), InvalidInputError("refused", code="openai_refused"))
    _with_former_hash_and_stale_session(browser)
    for method, path, body in routes:
        _age_session()
        watch.request(browser, method, path, body)
    _replace_a_deleted_key(watch, browser)
    engine.then(done("Three.", "resp_3"))
    engine.reads_history = True
    with watch.aws.spoiling("TransactWriteItems", undisturbed, losing_the_reply):
        watch.request(browser, "POST", "/api/chat", {"threadId": 1, "message": "Three?"})
    _take_long(watch, browser, engine)
    _read_files(watch, browser, engine)
    _look_after(watch)
    _speak_dialect_b(watch, browser, engine)
    watch.request(Browser(), "POST", "/api/login", browser.credentials())
    watch.request(browser, "POST", "/api/logout")
    uploading = Uploading(watch.aws, Browser().enter(), watch.note)
    uploading.everything()
    _reap(watch, uploading)


def _take_long(watch: Watch, browser: Browser, engine: ScriptedEngine) -> None:
    """Ask for answers that come later, that are long, or that were asked for before."""
    later = {"Prefer": "respond-async"}
    thread = browser.open_thread(assistant_id=1)
    question: dict[str, object] = {"threadId": thread, "message": "And then?"}
    engine.then(done(LONG, "resp_long"), done("Short.", "resp_short"))
    creating: list[tuple[str, dict[str, object]]] = [
        ("/api/chat", question),
        ("/api/assistants", {"name": "Flo"}),
        ("/api/thread/new", {"assistantId": 1}),
    ]
    for path, body in creating * 2:
        watch.request(browser, "POST", path, body, headers={"Idempotency-Key": path})
    engine.reads_history = True
    watch.request(browser, "POST", "/api/chat", question)
    watch.request(browser, "GET", f"/api/threads/{thread}/messages")
    watch.request(browser, "GET", f"/api/threads/{thread}/runs")
    runs = [run["id"] for run in browser.get(f"/api/threads/{thread}/runs").body]
    for run_id in runs:
        _age_session()
        watch.request(browser, "GET", f"/api/runs/{run_id}")
    user_id = browser.get("/api/user").body["id"]
    for reply in (Reply("resp_c", ReplyState.CANCELLED), done(LONG, "resp_c")):
        watch.request(browser, "POST", "/api/chat", question, headers=later)
        latest = browser.get(f"/api/threads/{thread}/runs").body[0]["id"]
        DynamoTurnLedger().bind(DynamoRunRepository().get(user_id, latest), "resp_c")
        engine.then(reply)
        watch.request(browser, "POST", f"/api/runs/{latest}/cancel")


def _read_files(watch: Watch, browser: Browser, engine: ScriptedEngine) -> None:
    """Have an assistant read files, and rest its answers on them."""
    world = replace(deployed(), user_id=browser.get("/api/user").body["id"])
    thread, file = with_a_file(world)
    engine.then(NOT_THERE, resting_on(file), resting_on(file))
    body: dict[str, object] = {"threadId": thread.id, "message": "What do they say?"}
    with brought_back_at_once(), late_once():
        watch.request(browser, "POST", "/api/chat", body)
    watch.request(browser, "POST", "/api/chat", body, headers={"Prefer": "respond-async"})
    latest = browser.get(f"/api/threads/{thread.id}/runs").body[0]["id"]
    DynamoTurnLedger().bind(DynamoRunRepository().get(world.user_id, latest), "resp_f")
    watch.request(browser, "POST", f"/api/runs/{latest}/cancel")


def _look_after(watch: Watch) -> None:
    """Have poller and sweeper do all that they ever do."""
    for function, work in (("poller", polled), ("sweeper", swept)):
        clock = FakeClock(NOON + timedelta(minutes=2))
        for engine, bound in (
            (ScriptedEngine(working("resp_1")), True),
            (ScriptedEngine(done(LONG, "resp_1")), True),
            (ScriptedEngine(OperationFailedError("gone", code="response_lost"), done("So.")), True),
            (ScriptedEngine(done("So.")), False),
            (ScriptedEngine(OperationFailedError("down", code="openai_unavailable")), False),
            (ScriptedEngine(Reply("resp_1", ReplyState.FAILED)), True),
        ):
            run = _left(bound=bound)
            engine.reads_history = True
            with looked_after_by(engine.opened_with, clock, clock.sleep):
                watch.note(function, watch.aws.during(partial(work, run)))
        run, cited = reading_run()
        engine = ScriptedEngine(NOT_THERE, cited)
        with brought_back_at_once(), looked_after_by(engine.opened_with, clock, clock.sleep):
            watch.note(function, watch.aws.during(partial(work, run)))
            clock.advance(timedelta(seconds=5))
            watch.note(function, watch.aws.during(partial(work, run)))
        assert not engine.steps


def _left(*, bound: bool) -> Run:
    """Return a run that its request has left, in a thread with a long past."""
    customer = settled(deployed())
    ports, (thread, _) = customer.ports, customer.thread()
    former = a_run(thread)
    ports.ledger.accept(thread, former, a_question(former), Terms(3))
    ended = ports.ledger.bind(former, "resp_0").ended(RunState.COMPLETED, NOON)
    ports.ledger.commit(ended, an_answer(ended, LONG))
    thread = ports.threads.get(thread.user_id, thread.id)
    run = a_run(thread)
    ports.ledger.accept(thread, run, a_question(run), Terms(3))
    if not bound:
        return run
    return ports.ledger.bind(run, "resp_1")


def polled(run: Run) -> None:
    """Have the poller look at a run."""
    event = {"user_id": run.user_id, "run_id": run.id}
    function_module("poller").lambda_handler(event, Context())


def swept(_: Run) -> None:
    """Have the sweeper look for runs."""
    function_module("sweeper").lambda_handler({}, Context())


def _speak_dialect_b(watch: Watch, browser: Browser, engine: ScriptedEngine) -> None:
    """Do as an admin what dialect B has beyond dialect A, and delete in both."""
    user_id = browser.get("/api/user").body["id"]
    DynamoAccountRepository().set_role(user_id, Role.ADMIN)
    repository = DynamoSessionRepository()
    session = repository.get(user_id, token_hash(TOKEN))
    assert session is not None
    token = f"oak_{a_token(user_id)}"
    repository.add(replace(session, token_hash=token_hash(token), kind=SessionKind.BEARER))
    engine.then(done("Four.", "resp_4"))
    question = {"content": "What comes after three? Tell me in a single word, please."}
    routes: list[tuple[str, str, dict[str, object] | None]] = [
        ("POST", "/api/v1/assistant", {"name": "Bea"}),
        ("POST", "/api/v1/assistant/admin", {"name": "Cleo"}),
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
        repeatable = authorization | {"Idempotency-Key": f"{method} {path}"}
        watch.request(browser, method, path, body, cookie=None, headers=repeatable)
        if method == "PUT":
            # Whoever is no admin sees their own.
            DynamoAccountRepository().set_role(user_id, Role.USER)
            watch.request(browser, "GET", "/api/v1/threads", cookie=None, headers=authorization)
            DynamoAccountRepository().set_role(user_id, Role.ADMIN)
    _leave(watch, browser)


def _leave(watch: Watch, browser: Browser) -> None:
    """Be too busy, delete what is under way, be nobody, go."""
    user_id = browser.get("/api/user").body["id"]
    dora = browser.post("/api/assistants", {"name": "Dora"}).body["id"]
    threads = [browser.open_thread(assistant_id=dora) for _ in range(4)]
    _say_too_much(user_id)
    watch.request(browser, "POST", "/api/chat", {"threadId": threads[3], "message": "More?"})
    for thread_id in threads[:3]:
        thread = DynamoThreadRepository().get(user_id, thread_id)
        run = a_run(thread, lease_until=bootstrap.now() + LAST_UPLOADS)
        DynamoTurnLedger().accept(thread, run, a_question(run), Terms(3))
    watch.request(browser, "POST", "/api/chat", {"threadId": threads[3], "message": "More?"})
    watch.request(browser, "DELETE", f"/api/threads/{threads[0]}")
    watch.request(browser, "DELETE", f"/api/assistants/{dora}")
    for path in (
        "/api/assistants",
        "/api/files",
        "/api/threads",
        "/api/v1/threads",
        f"/api/runs/{NOBODYS}",
    ):
        watch.request(Browser(), "GET", path)
    watch.request(Browser(), "POST", "/api/chat", {"threadId": 1, "message": "Hello?"})
    watch.request(browser, "DELETE", "/api/settings/apikey")
    other = Browser().enter()
    watch.request(other, "DELETE", "/api/user")


def _say_too_much(user_id: int) -> None:
    """Have a user have said as much as may be said in a day."""
    limits = bootstrap.limits()
    (use,) = limits.chat(a_user(user_id))
    limits.limiter.take(use.subject, use.action, [Window(Period.DAY, 10**6)], count=10**6 // 2)


def _reap(watch: Watch, uploading: Uploading) -> None:
    """Clear away a user who said something, at the second attempt, and one who uploaded."""
    leaver = settled(deployed())
    leaver.thread(turns=1)
    DynamoAccountRepository().delete(leaver.user.id, bootstrap.now())
    watch.request(uploading.browser, "DELETE", f"/api/assistants/{uploading.assistant}")
    down = ScriptedEngine(OperationFailedError("down", code="openai_unavailable"))
    reap = partial(
        reaped,
        down.opened_with,
        upstream_files=uploading.upstream.opened_with,
        later=LAST_UPLOADS * 2,
    )

    def recovered() -> None:
        assert reap().counts["failed"] == 1
        assert reap().counts["failed"] == 0

    def finished() -> None:
        assert reap().counts["finished"] > 0
        assert set(reap().counts.values()) == {0}

    watch.note("reaper", watch.aws.during(recovered))
    DynamoAccountRepository().delete(uploading.user_id, bootstrap.now())
    watch.note("reaper", watch.aws.during(finished))


def _age_session(token: str = TOKEN) -> None:
    """Let the session have been seen a while ago, so that its use is written down."""
    boto3.client("dynamodb").update_item(
        TableName=os.environ["SESSIONS_TABLE"],
        Key={"owner": {"S": user_key(USER_ID)}, "item": {"S": f"S#{token_hash(token)}"}},
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
    missing = {name: watch.rights.get(name, set()) - granted(name) for name in NAMES}
    unused = {name: granted(name) - watch.rights.get(name, set()) for name in NAMES}
    LINES.extend(_report(watch, unused))

    assert missing == NOTHING
    assert unused == NOTHING


def _report(watch: Watch, unused: dict[str, set[Right]]) -> Iterator[str]:
    """Return the lines that `make rights` prints."""
    for name in NAMES:
        actions = {action for action, _ in watch.rights.get(name, ())}
        what = f"{len(actions)} actions in {len(granted(name))} rights granted"
        yield f"rights: {name}: {what}, {len(unused[name])} unused"
    actions = {action for rights in watch.rights.values() for action, _ in rights}
    idle = sum(map(len, unused.values()))
    yield f"rights: {watch.calls} calls, {len(actions)} actions used, {idle} granted but unused"


def test_so_it_does_where_kms_encrypts_the_keys(watch: Watch) -> None:
    """A function asks the same of any vault: the same tour, with what its requests take there."""
    taken = _taken_of_kms(watch.aws)

    def used_there(name: str) -> set[Right]:
        used = watch.rights.get(name, set())
        asked = {ASKED[action] for action, what in used if what == KEYS}
        return {right for right in used if right[1] != KEYS}.union(*(taken[each] for each in asked))

    missing = {name: used_there(name) - granted(name, "kms") for name in NAMES}
    unused = {name: granted(name, "kms") - used_there(name) for name in NAMES}

    assert missing == NOTHING
    assert unused == NOTHING


def _taken_of_kms(aws: Wiretap) -> dict[str, set[Right]]:
    vault, versions = new_kms_vault(), list[str]()
    requests: dict[str, Callable[[], object]] = {
        "put": lambda: versions.append(vault.put(USER_ID, "sk-one")),
        "get": lambda: vault.get(USER_ID, versions[0]),
        "delete": lambda: vault.delete(USER_ID),
    }
    return {
        name: {right for call in aws.during(request) for right in used(call)}
        for name, request in requests.items()
    }
