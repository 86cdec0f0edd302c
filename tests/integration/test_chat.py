"""Messages: their limits, their turns, and the thread's lock."""

from datetime import timedelta

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository
from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.domain.models import AssistantSpec, Run, Tool
from afterglow.ports.conversations import Terms
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver
from tests.events import event
from tests.examples import a_question, a_run, an_assistant
from tests.fakes.engine import ScriptedEngine, done
from tests.tables import fingerprint

BUSY = {"error": "A message is already being processed in this thread"}


@pytest.fixture
def thread_id(user: Browser) -> int:
    """Return the id of the user's thread."""
    return user.open_thread()


def hold(user: Browser, thread_id: int, lease: timedelta) -> Run:
    """Lock the thread as a turn does that is under way, or dead."""
    user_id = user.get("/api/user").body["id"]
    thread = DynamoThreadRepository().get(user_id, thread_id)
    run = a_run(thread, lease_until=bootstrap.now() + lease)
    DynamoTurnLedger().accept(thread, run, a_question(run, "First!"), Terms(3))
    return run


@pytest.mark.parametrize(
    "message",
    [
        "x",
        " ",
        "\n\t two lines \r\n",
        "\u202e bidi and \x1b[31m colour",
        '"; DROP TABLE--',
        "<svg onload=alert(1)>",
        "{{7*7}} ${7*7} %s",
        "\u00e9 and e\u0301",
        "🦊" * (64 * 1024),
        "x" * (256 * 1024),
    ],
    ids=lambda message: f"{message[:8]!a} {len(message)}",
)
def test_a_message_is_stored_and_sent_as_it_is(
    user: Browser, engine: ScriptedEngine, thread_id: int, message: str
) -> None:
    engine.then(done("Noted."))

    answer = user.say(thread_id, message)

    assert answer.status == 200
    assert engine.prompts[-1].message == message
    assert user.messages(thread_id)[0]["content"] == message


@pytest.mark.parametrize("message", ["🦊" * (64 * 1024) + "x", "x" * (256 * 1024 + 1)])
def test_a_message_is_measured_in_bytes(
    user: Browser, engine: ScriptedEngine, thread_id: int, message: str
) -> None:
    before = fingerprint()

    answer = user.say(thread_id, message)

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    assert [(d["field"], d["code"]) for d in answer.body["details"]] == [("message", "too_long")]
    assert engine.calls[1:] == []
    assert fingerprint() == before


def test_a_busy_thread_takes_no_message(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    hold(user, thread_id, timedelta(seconds=30))
    before, asked = fingerprint(), list(engine.calls)

    answer = user.say(thread_id)

    assert (answer.status, answer.body) == (409, BUSY)
    assert fingerprint() == before
    assert engine.calls == asked


def test_other_threads_of_the_user_are_not_busy(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    hold(user, thread_id, timedelta(seconds=30))
    engine.then(done("Hello."))

    assert user.say(user.open_thread()).status == 200


def test_without_a_key_a_message_is_refused_and_not_stored(browser: Browser) -> None:
    thread_id = browser.register().open_thread()
    before = fingerprint()

    answer = browser.say(thread_id)

    assert (answer.status, answer.body) == (
        400,
        {
            "error": "No OpenAI API key is stored: set one first",
            "details": [{"code": "openai_key_missing"}],
        },
    )
    assert fingerprint() == before


def test_the_budget_counts_from_the_gateways_clock(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    late = event("POST", "/api/chat", {"threadId": 1, "message": "Hello?"}, cookie=user.cookie)
    late["requestContext"]["requestTimeEpoch"] -= 25_000

    answer = deliver(late)

    # Nothing is begun that could not be bound any more.
    assert (answer.status, answer.body["status"]) == (202, "queued")
    assert "start" not in engine.calls
    assert [m["role"] for m in user.messages(thread_id)] == ["user"]


def test_a_bug_leaves_the_message_to_the_sweeper_without_a_word(
    user: Browser, engine: ScriptedEngine, thread_id: int
) -> None:
    engine.then(ZeroDivisionError(canary("words of a bug")))

    answer = user.say(thread_id)

    assert (answer.status, answer.body["status"]) == (202, "queued")
    assert user.say(thread_id).status == 409


def test_a_record_that_nobody_can_read_is_our_fault_and_stays_unquoted(user: Browser) -> None:
    user_id = user.get("/api/user").body["id"]
    spec = AssistantSpec(canary("name"), "gpt-4o", canary("instructions"), tools=(Tool("mcp"),))
    DynamoAssistantRepository().add(an_assistant(user_id, spec=spec), limit=20)

    answer = user.get("/api/assistants")

    assert (answer.status, answer.body) == (500, {"error": "Internal server error"})
