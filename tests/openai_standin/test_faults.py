"""Fault rules: errors, cut connections, and which calls they strike."""

from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient, fingerprint
from tests.openai_standin.description import check_component
from tests.openai_standin.standin import MODEL, create, made

BODY = {"model": MODEL, "input": "Hello"}


Set = Callable[[ControlClient], str]


@pytest.mark.parametrize(
    ("rule", "error", "code"),
    [
        (lambda c: c.rate_limit(7), openai.RateLimitError, "rate_limit_exceeded"),
        (lambda c: c.no_credit(), openai.RateLimitError, "insufficient_quota"),
        (
            lambda c: c.fail(401, {"code": "invalid_api_key"}),
            openai.AuthenticationError,
            "invalid_api_key",
        ),
        (lambda c: c.missing_scope("model.request"), openai.AuthenticationError, None),
        (lambda c: c.fail(403), openai.PermissionDeniedError, None),
        (lambda c: c.fail(500), openai.InternalServerError, None),
        (lambda c: c.fail(503), openai.InternalServerError, None),
    ],
)
def test_an_error_in_openai_s_envelope(
    client: OpenAI,
    control: ControlClient,
    key: str,
    rule: Set,
    error: type[openai.APIStatusError],
    code: str | None,
) -> None:
    rule(control)

    with pytest.raises(error) as caught:
        create(client)

    assert caught.value.code == code
    assert made(control, key) == 0
    assert create(client).status == "completed"


def test_a_rate_limit_says_when_to_come_back(http: httpx2.Client, control: ControlClient) -> None:
    control.rate_limit(7)

    answer = http.post("/v1/responses", json=BODY)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.headers["x-request-id"]
    check_component("ErrorResponse", answer.json())


def test_a_cut_before_the_work_leaves_nothing(
    unchecked: OpenAI, control: ControlClient, key: str
) -> None:
    control.drop_before()

    with pytest.raises(openai.APIConnectionError):
        create(unchecked)

    assert made(control, key) == 0


def test_a_cut_after_the_work_leaves_a_response(
    unchecked: OpenAI, control: ControlClient, key: str
) -> None:
    control.drop_after()

    with pytest.raises(openai.APIConnectionError):
        create(unchecked, background=True)

    assert made(control, key) == 1
    (call,) = control.journal("POST")
    assert (call.status, call.body["input"]) == (None, "Hello")


def test_an_error_after_the_work_leaves_a_response(
    unchecked: OpenAI, control: ControlClient, key: str
) -> None:
    control.fail(500, moment="after")

    with pytest.raises(openai.InternalServerError):
        create(unchecked)

    assert made(control, key) == 1


def test_a_rule_strikes_where_and_as_often_as_it_says(
    client: OpenAI, control: ControlClient, key: str
) -> None:
    control.fail(500, skip=1, count=2, key=fingerprint(key), contains="please")

    statuses = []
    for text in ["please", "Hello", "please", "please", "please"]:
        try:
            create(client, text)
            statuses.append(200)
        except openai.InternalServerError as error:
            statuses.append(error.status_code)

    assert statuses == [200, 200, 500, 500, 200]
    assert [fault["applied"] for fault in control.faults()] == [2]
    assert [call.fault is not None for call in control.journal("POST")] == [
        status == 500 for status in statuses
    ]


def test_a_rule_for_another_path_or_key_or_method_does_not_strike(
    client: OpenAI, control: ControlClient
) -> None:
    control.fail(500, path="/v1/files")
    control.fail(500, key="0" * 16)
    control.fail(500, method="GET")

    assert create(client).status == "completed"


def test_rules_strike_until_they_are_taken_away(client: OpenAI, control: ControlClient) -> None:
    control.fail(500, path="*", method=None, count=None)
    for _ in range(3):
        with pytest.raises(openai.InternalServerError):
            client.models.list()

    control.reset()

    assert list(client.models.list())


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"damage": "malformed"},
        {"patch": {"id": "x"}, "moment": "before"},
        {"damage": "empty", "status": 500, "moment": "after"},
        {"drop": True, "status": 500},
        {"colour": "red", "status": 500},
        {"status": 99},
    ],
)
def test_a_rule_that_would_not_do_what_it_says_is_refused(
    control: ControlClient, rule: dict[str, Any]
) -> None:
    with pytest.raises(httpx2.HTTPStatusError):
        control.rule(**rule)
