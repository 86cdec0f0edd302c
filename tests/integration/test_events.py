"""The samples in `events/`: each is one that its function answers."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.api.jobs.queue_messages import Arrival, Errand, messages_in
from afterglow.bootstrap import ports
from afterglow.domain.models import SessionKind, Staged
from afterglow.ports.conversations import Terms
from afterglow.services.sessions import token_hash
from afterglow.settings import settings
from tests.browser import Browser
from tests.contract.stores import an_entry
from tests.delivery import deliver, function_module, route_of
from tests.events import Context
from tests.events import event as built
from tests.examples import a_question, a_run, a_session, a_user
from tests.fakes.engine import ScriptedEngine, done
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import uploading_to
from tests.template.document import FUNCTIONS, ROOT

SAMPLES = sorted((ROOT / "events").glob("*.json"))
REQUESTS = [path for path in SAMPLES if "httpMethod" in path.read_text()]
# Whose the tokens in them are.
WHO = "42."
each_sample = pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)


def load(path: Path) -> dict[str, Any]:
    """Return a sample."""
    sample: dict[str, Any] = json.loads(path.read_text())
    return sample


def credential_of(sample: dict[str, Any]) -> tuple[SessionKind, str]:
    """Return the session token in a sample, empty if there is none, and how it travels."""
    headers = sample["headers"]
    if bearer := headers.get("Authorization"):
        return SessionKind.BEARER, str(bearer).removeprefix("Bearer ")
    return SessionKind.COOKIE, str(headers.get("Cookie", "")).removeprefix("sid=")


def begin(user_id: int, thread_id: int, run_id: str) -> None:
    """Have a run under way."""
    thread = DynamoThreadRepository().get(user_id, thread_id)
    run = a_run(thread, id=run_id)
    DynamoTurnLedger().accept(thread, run, a_question(run), Terms(1))


def stage(user_id: int) -> None:
    """Have a file wait in the user's folder."""
    entry = an_entry(user_id, size=6)
    ports.staging().put(entry, b"Hello.")
    ports.uploads().stage(
        Staged(user_id, "documentation/a.md", 6, *entry.place, staged_at=bootstrap.now())
    )


def test_every_function_has_a_sample() -> None:
    functions = {function["CodeUri"].removeprefix("functions/") for function in FUNCTIONS.values()}

    assert {path.stem.partition("_")[0] for path in SAMPLES} == functions


@each_sample
def test_a_sample_is_what_api_gateway_sends(path: Path) -> None:
    sample = load(path)
    resource, function = route_of(sample["httpMethod"], sample["path"])

    assert (sample["resource"], function) == (resource, path.stem.partition("_")[0])
    assert set(sample) == set(built("GET", "/api/user"))
    assert set(sample["requestContext"]) > set(built("GET", "/api/user")["requestContext"])
    assert sample["multiValueHeaders"] == {k: [v] for k, v in sample["headers"].items()}
    assert sample["requestContext"]["resourcePath"] == resource


@each_sample
def test_a_sample_is_answered(path: Path, user: Browser, engine: ScriptedEngine) -> None:
    user_id, thread_id = user.get("/api/user").body["id"], user.open_thread()
    sample = load(path)
    kind, token = credential_of(sample)
    if path.stem == "runs_get":
        begin(user_id, thread_id, sample["pathParameters"]["run_id"])
    if token:
        owner, now = a_user(user_id), bootstrap.now()
        token = token.replace(WHO, f"{user_id}.")
        sample = json.loads(path.read_text().replace(WHO, f"{user_id}."))
        DynamoSessionRepository().add(
            a_session(owner, token_hash=token_hash(token), last_seen_at=now, kind=kind)
        )
    if path.stem == "files_directory":
        stage(user_id)
        # Nobody works it off here: it has waited for as long as it may.
        sample["requestContext"]["requestTimeEpoch"] = int(time.time() - 60) * 1000
    engine.then(done("Gladly."))

    with uploading_to(InMemoryUpstream().opened_with):
        answer = deliver(sample)

    created = {"auth_register", "assistants_create", "files_uploads", "threads_new"}
    later = {"files_directory": 202}
    assert answer.status == later.get(path.stem, 201 if path.stem in created else 200)
    if path.stem == "chat_message":
        assert answer.body["content"] == [{"type": "text", "text": "Gladly."}]


def test_the_sample_for_the_poller_is_what_the_state_machine_sends() -> None:
    sample = load(ROOT / "events" / "poller.json")
    definition = load(ROOT / "statemachines" / "run_poller.asl.json")

    sent = definition["States"]["Poll"]["Parameters"]["Payload"]
    assert {f"{name}.$" for name in sample} == set(sent)
    assert polled(sample) == {"is_over": True, "wait_seconds": 0}


@pytest.mark.parametrize(("name", "state"), [("chunks", "Plan"), ("work", "Work")])
def test_the_samples_for_the_directory_function_are_what_the_state_machine_sends(
    name: str, state: str
) -> None:
    sample = load(ROOT / "events" / f"directory_{name}.json")
    definition = load(ROOT / "statemachines" / "directory_ingest.asl.json")
    states = definition["States"] | definition["States"]["Chunks"]["ItemProcessor"]["States"]

    sent = states[state]["Parameters"]["Payload"]
    assert {key.removesuffix(".$") for key in sent} == set(sample)
    assert sent["step"] == sample["step"] == name
    nothing: dict[str, dict[str, Any]] = {
        "chunks": {"chunks": []},
        "work": {"is_over": True, "wait_seconds": 0, "passes": 1},
    }
    assert function_module("directory").lambda_handler(sample, Context()) == nothing[name]


@pytest.mark.parametrize("name", ["message", "object"])
def test_the_samples_for_the_ingest_function_are_read_and_are_about_nobody(name: str) -> None:
    sample = load(ROOT / "events" / f"ingest_{name}.json")

    read = [messages_in(each["body"], settings().staging_bucket) for each in sample["Records"]]
    answer = function_module("ingest").lambda_handler(sample, Context())

    assert [type(message) for (message,) in read] == [Errand if name == "message" else Arrival]
    assert answer == {"batchItemFailures": []}


def polled(sample: dict[str, Any]) -> object:
    """Have the poller's function answer a sample."""
    return function_module("poller").lambda_handler(sample, Context())


@each_sample
def test_a_sample_that_needs_a_session_is_nobodys_without_one(path: Path) -> None:
    answer = deliver(load(path))

    public = {"auth_register": 201, "docs_openapi": 200}
    assert answer.status == public.get(path.stem, 401)
