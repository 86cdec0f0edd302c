"""Dialect B's examples, word for word, over HTTP on the deployed template."""

from collections.abc import Iterator

import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.contract.dialect_b import LIMIT_OF_ONE, there, worn
from tests.e2e.user_42 import User42, now, user_42_on
from tests.seeds import v1, v1_errors
from tests.seeds.example import Example

MESSAGES = {v1.CREATE_THREAD.name, v1.ADD_MESSAGE.name}
REFUSED = (v1_errors.NO_ADMIN, *v1_errors.UNKNOWN, v1_errors.NO_ID, *v1_errors.SHORT_MESSAGES)


def named(example: Example) -> str:
    """Return how a test is to be called."""
    return example.name


@pytest.fixture
def user(cloud: LocalCloud) -> Iterator[User42]:
    with user_42_on(cloud) as settled:
        yield settled


def check(answer: httpx2.Response, example: Example) -> None:
    """Check that an answer is the one shown, and says that it is of an obsolete route."""
    assert (answer.status_code, answer.json()) == (example.status, example.shown)
    assert answer.headers["Deprecation"] == "@1787702400"
    assert answer.headers["Link"].endswith('>; rel="successor-version"')


@pytest.mark.parametrize("example", v1.EXAMPLES, ids=named)
def test_an_example_holds(user: User42, example: Example) -> None:
    user.settle(there(now(), example))
    if example.name in MESSAGES:
        user.store_key()

    check(user.ask(example), example)


@pytest.mark.parametrize("example", REFUSED, ids=named)
def test_what_cannot_be_is_refused(user: User42, openai: ControlClient, example: Example) -> None:
    user.settle(there(now()))

    check(user.ask(example), example)
    assert openai.journal() == []
    assert user.request("GET", "/api/v1/assistant").json() == v1.LIST_ASSISTANTS.shown


def test_nobody_is_told_so(user: User42) -> None:
    example = v1_errors.NOBODY

    answer = user.http.post(example.path, json=example.body)

    check(answer, example)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("example", v1_errors.AT_THE_LIMIT, ids=named)
def test_at_the_limit_none_is_created(user: User42, example: Example) -> None:
    user.settle([*there(now(), example), *LIMIT_OF_ONE])
    try:
        check(user.ask(example), example)
    finally:
        user.drawers.clear("CONFIGURATION")


@pytest.mark.parametrize("example", v1_errors.FAILURES[:-2], ids=named)
def test_an_operation_that_fails_says_its_own_words(user: User42, example: Example) -> None:
    user.settle([*there(now(), example), *worn()])

    check(user.ask(example), example)


@pytest.mark.parametrize("example", v1_errors.FAILURES[-2:], ids=named)
def test_a_message_that_openai_fails_on_says_its_own_words(
    user: User42, openai: ControlClient, example: Example
) -> None:
    user.settle(there(now()))
    user.store_key()
    openai.fail(500, count=3)

    answer = user.ask(example)

    details: list[dict[str, str]] = [{"code": "openai_unavailable"}]
    if example.path == "/api/v1/thread":
        kept = answer.json()["details"][-1]
        assert kept["message"].startswith("thread_")
        details.append({"code": "thread_kept", "message": kept["message"]})
    assert (answer.status_code, answer.json()) == (500, example.shown | {"details": details})
