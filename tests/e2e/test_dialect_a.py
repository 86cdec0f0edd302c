"""Dialect A's examples, word for word, over HTTP on the deployed template."""

from collections.abc import Iterator

import pytest

from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.contract.dialect_a import there
from tests.e2e.user_42 import User42, now, user_42_on
from tests.matching import A_TIME
from tests.seeds import web, web_threads
from tests.seeds.example import Example, read

EXAMPLES = web.ABOUT_SETTINGS + web.ABOUT_ASSISTANTS + web_threads.ABOUT_THREADS


@pytest.fixture
def user(cloud: LocalCloud) -> Iterator[User42]:
    with user_42_on(cloud) as settled:
        yield settled


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_holds(user: User42, openai: ControlClient, example: Example) -> None:
    user.settle(there(now(), example))
    if example is web_threads.CHAT:
        user.store_key()
        openai.plan(example.shown["content"][0]["text"])

    answer = user.ask(example)

    assert (answer.status_code, answer.json()) == (example.status, example.at_any_time())


def test_one_assistant_has_the_format_of_the_list_and_so_when_updated(user: User42) -> None:
    user.settle(there(now()))
    changes = read(web.UPDATE_ASSISTANT_REQUEST)
    (shown,) = web.LIST_ASSISTANTS.shown

    one = user.request("GET", "/api/assistants/1")
    updated = user.request("PATCH", "/api/assistants/1", changes)

    assert (one.status_code, one.json()) == (200, shown)
    after = shown | changes | {"updatedAt": A_TIME}
    assert (updated.status_code, updated.json()) == (200, after)
    assert user.request("GET", "/api/assistants").json() == [after]
