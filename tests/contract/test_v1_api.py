"""Dialect B's examples, word for word, in process: all values are the documents' own."""

from collections.abc import Iterator

import pytest
import time_machine

from afterglow.domain.errors import OperationFailedError
from tests.browser import Browser
from tests.contract.dialect_b import LIMIT_OF_ONE, NOW, there
from tests.contract.user_42 import BEARER_TOKEN, store
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.outage import outage
from tests.seeds import v1, v1_errors
from tests.seeds.example import Example
from tests.tables import empty_tables, fingerprint
from tests.wiretap import Wiretap

MESSAGES = {v1.CREATE_THREAD.name, v1.ADD_MESSAGE.name}
DEPRECATED = ["@1787702400"]


def named(example: Example) -> str:
    """Return how a test is to be called."""
    return example.name


@pytest.fixture
def program(aws: Wiretap, example: Example) -> Iterator[Browser]:
    """Return the program of user 42 at the time of the examples, alone in the world."""
    assert aws is not None
    empty_tables()
    with time_machine.travel(NOW, tick=False):
        store(there(NOW, example))
        signed_in = Browser()
        signed_in.token = BEARER_TOKEN
        yield signed_in


def ask(program: Browser, example: Example) -> Answer:
    """Send an example's request and check what every answer of the dialect says."""
    answer = program.request(example.method, example.path, example.body)
    assert answer.headers["Deprecation"] == DEPRECATED
    (link,) = answer.headers["Link"]
    successor = "chat" if example.path.endswith("/thread_xyz789") else example.path.split("/")[3]
    expected = {"assistant": "assistants", "thread": "threads", "chat": "chat"}[successor]
    assert link == f'</local/api/{expected}>; rel="successor-version"'
    return answer


def check_refusal(program: Browser, example: Example) -> None:
    """Check that an example's request is refused as shown, and leaves no trace."""
    before = fingerprint()

    answer = ask(program, example)

    assert (answer.status, answer.body) == (example.status, example.shown)
    assert fingerprint() == before


@pytest.mark.parametrize("example", v1.EXAMPLES, ids=named)
def test_an_example_holds(program: Browser, engine: ScriptedEngine, example: Example) -> None:
    if example.name in MESSAGES:
        engine.then(done("Gladly."))

    answer = ask(program, example)

    assert (answer.status, answer.body) == (example.status, example.shown)
    engine.assert_complete()


@pytest.mark.parametrize("example", v1_errors.AT_THE_LIMIT, ids=named)
def test_at_the_limit_none_is_created(program: Browser, example: Example) -> None:
    for item in LIMIT_OF_ONE:
        item.save()

    answer = ask(program, example)

    assert (answer.status, answer.body) == (429, example.shown)
    assert "Retry-After" not in answer.headers
    assert program.get("/api/v1/assistant").body == v1.LIST_ASSISTANTS.shown


@pytest.mark.parametrize("example", [v1_errors.NO_ADMIN], ids=named)
def test_who_is_no_admin_is_told_so(program: Browser, example: Example) -> None:
    for item in there(NOW):
        item.save()

    check_refusal(program, example)


@pytest.mark.parametrize("example", [v1_errors.NOBODY], ids=named)
def test_nobody_is_told_so(program: Browser, example: Example) -> None:
    program.token = None

    check_refusal(program, example)


@pytest.mark.parametrize(
    "example", [*v1_errors.UNKNOWN, v1_errors.NO_ID, *v1_errors.SHORT_MESSAGES], ids=named
)
def test_what_cannot_be_is_refused(
    program: Browser, engine: ScriptedEngine, example: Example
) -> None:
    check_refusal(program, example)
    assert engine.calls == []


@pytest.mark.parametrize("example", v1_errors.FAILURES, ids=named)
def test_an_operation_that_fails_says_its_own_words(
    program: Browser, aws: Wiretap, example: Example
) -> None:
    before = program.get("/api/v1/assistant").body

    with outage(aws, "ASSISTANTS"):
        answer = ask(program, example)

    assert (answer.status, answer.body) == (500, example.shown)
    assert program.get("/api/v1/assistant").body == before


@pytest.mark.parametrize("example", v1_errors.FAILURES[-2:], ids=named)
def test_a_failure_of_openai_is_told_with_its_code(
    program: Browser, engine: ScriptedEngine, example: Example
) -> None:
    engine.then(*[OperationFailedError("Unreachable", code="openai_unavailable")] * 3)

    answer = ask(program, example)

    details: list[dict[str, str]] = [{"code": "openai_unavailable"}]
    if example.path == "/api/v1/thread":
        (kept, *_) = program.get("/api/v1/thread").body
        details.append({"code": "thread_kept", "message": kept["openaiThreadId"]})
    assert (answer.status, answer.body) == (500, example.shown | {"details": details})
    engine.assert_complete()
