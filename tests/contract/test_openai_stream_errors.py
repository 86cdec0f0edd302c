"""A stream that begins with an error is understood as the same answer without one."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.ports.engine import ReplyState
from local.openai.control_client import RESPONSES, ControlClient
from tests.contract.raw_upstream import RESPONSE, event
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import REFUSED, THEIRS, check

EVENTS = {"content-type": "text/event-stream; charset=utf-8"}


def forms(code: str | None, kind: str, param: str | None = None) -> Iterator[str]:
    """Yield an error event, flat and wrapped."""
    flat = {"code": code, "message": THEIRS, "param": param}
    yield event("error", **flat, sequence_number=0).decode()
    yield event("error", error={**flat, "type": kind}, sequence_number=0).decode()


@pytest.mark.parametrize("form", [0, 1], ids=["flat", "wrapped"])
@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("invalid_api_key", "invalid_request_error", (InvalidInputError, "openai_key_invalid")),
        ("model_not_found", "invalid_request_error", (InvalidInputError, "model_not_found")),
        ("rate_limit_exceeded", "requests", (RateLimitError, "openai_rate_limited")),
        (
            "insufficient_quota",
            "insufficient_quota",
            (LimitExceededError, "openai_insufficient_quota"),
        ),
        ("server_error", "server_error", (OperationFailedError, "openai_unavailable")),
        (None, "server_error", (OperationFailedError, "openai_unavailable")),
        ("never_heard_of", "new_error", (OperationFailedError, "openai_unavailable")),
    ],
)
def test_an_error_instead_of_a_response_is_told_as_without_a_stream(
    openai_engine: OpenAIEngine,
    openai: ControlClient,
    form: int,
    code: str | None,
    kind: str,
    expected: tuple[type[DomainError], str],
) -> None:
    openai.rule(status=200, headers=EVENTS, body=list(forms(code, kind))[form])

    with pytest.raises(DomainError) as raised:
        begun(openai_engine, a_prompt())

    check(raised.value, expected)
    assert len(openai.journal("POST", RESPONSES)) == 1


@pytest.mark.parametrize("form", [0, 1], ids=["flat", "wrapped"])
@pytest.mark.parametrize("param", ["temperature", "previous_response_id", "stream"])
def test_an_error_about_a_parameter_is_amended_as_without_a_stream(
    openai_engine: OpenAIEngine, openai: ControlClient, form: int, param: str
) -> None:
    openai.plan("One.", seconds=0)
    head = begun(openai_engine, a_prompt()).response_id
    time.sleep(0.1)
    error = list(forms("unsupported_value", "invalid_request_error", param))[form]
    openai.rule(status=200, headers=EVENTS, body=error)

    begun(openai_engine, a_prompt(model="gpt-4o", temperature=0.5, head=head))

    _, refused, taken = openai.journal("POST", RESPONSES)
    assert set(refused.body) - set(taken.body) == {param}


@pytest.mark.parametrize("form", [0, 1], ids=["flat", "wrapped"])
def test_an_error_about_another_parameter_is_a_refusal(
    openai_engine: OpenAIEngine, openai: ControlClient, form: int
) -> None:
    error = list(forms("invalid_value", "invalid_request_error", "tools"))[form]
    openai.rule(status=200, headers=EVENTS, body=error)

    with pytest.raises(DomainError) as raised:
        begun(openai_engine, a_prompt())

    check(raised.value, REFUSED)
    assert len(openai.journal("POST", RESPONSES)) == 1


def test_a_response_that_begins_failed_has_failed(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    failed = RESPONSE | {"status": "failed", "error": {"code": "server_error", "message": THEIRS}}
    body = event("response.failed", response=failed).decode()
    openai.rule(status=200, headers=EVENTS, body=body)

    with openai_engine.start(a_prompt()) as live:
        reply = live.follow(datetime.now(UTC) + timedelta(seconds=5))

    assert live.reply == reply
    assert (reply.state, reply.error_code) == (ReplyState.FAILED, "server_error")
