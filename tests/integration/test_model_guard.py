"""A model that OpenAI does not offer: the caller's to change, whenever OpenAI says so."""

import json
import os
from collections.abc import Iterator

import boto3
import pytest
from httpx2 import Timeout

from afterglow.adapters.openai.engine import OpenAIEngine
from local.openai.control_client import POLLS, ControlClient
from tests.browser import Browser
from tests.canaries import canary
from tests.scripting import opened_by

GONE = "OpenAI does not offer the model gpt-4-turbo to the stored key"


@pytest.fixture(autouse=True)
def _upstream(openai_url: str) -> Iterator[None]:
    """Let the real adapter answer, with the stand-in at the other end."""
    with opened_by(lambda key: OpenAIEngine(key, openai_url, timeout=Timeout(5))):
        yield


@pytest.fixture
def user(browser: Browser) -> Browser:
    """Return a user whose one thread has an assistant with the model of long ago."""
    browser.enter().open_thread(browser.create_assistant(model="gpt-4-turbo"))
    return browser


def stored_runs() -> list[tuple[str, str]]:
    """Return state and code of every run."""
    items = boto3.client("dynamodb").scan(TableName=os.environ["RUNS_TABLE"])["Items"]
    return [
        (item["state"]["S"], json.loads(item["error"]["S"])["code"])
        for item in items
        if "state" in item
    ]


def test_a_model_that_is_gone_is_refused_by_name(user: Browser) -> None:
    answer = user.say(1)

    assert (answer.status, answer.body) == (
        400,
        {
            "error": GONE,
            "details": [
                {"code": "model_not_found", "field": "model", "message": "Choose another model"}
            ],
        },
    )
    assert stored_runs() == [("failed", "model_not_found")]


def test_what_openai_names_instead_is_passed_on(user: Browser, openai: ControlClient) -> None:
    openai.configure(names_replacements=True)

    answer = user.say(1)

    assert (answer.status, answer.body) == (
        400,
        {
            "error": f"{GONE}; OpenAI names gpt-6-luna as its replacement",
            "details": [{"code": "model_not_found", "field": "model", "message": "Use gpt-6-luna"}],
        },
    )


@pytest.mark.parametrize("code", ["model_not_found", "model_not_available"])
def test_a_model_that_fails_in_the_background_is_refused_alike(
    browser: Browser, openai: ControlClient, code: str
) -> None:
    message = f"{canary('upstream-text')} Please use gpt-6.1-terra instead."
    openai.plan(status="failed", error={"code": code, "message": message}, seconds=0.2)
    browser.enter().open_thread(browser.create_assistant(model="gpt-6-luna"))

    answer = browser.say(1)

    assert (answer.status, answer.body) == (
        400,
        {
            "error": "OpenAI does not offer the model gpt-6-luna to the stored key; "
            "OpenAI names gpt-6.1-terra as its replacement",
            "details": [
                {"code": "model_not_found", "field": "model", "message": "Use gpt-6.1-terra"}
            ],
        },
    )
    assert stored_runs() == [("failed", "model_not_found")]
    assert [message["role"] for message in browser.messages(1)] == ["user"]
    assert browser.say(1).status == 200


def test_a_model_that_is_gone_while_we_wait_is_refused_too(
    browser: Browser, openai: ControlClient
) -> None:
    openai.configure(hold=True)
    openai.cut_stream(1)
    openai.fail(404, {"code": "model_not_found"}, path=POLLS, method="GET")
    browser.enter().open_thread(browser.create_assistant(model="gpt-6-luna"))

    answer = browser.say(1)

    assert (answer.status, answer.body["details"][0]["code"]) == (400, "model_not_found")
    assert stored_runs() == [("failed", "model_not_found")]
