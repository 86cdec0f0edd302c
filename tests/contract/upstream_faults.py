"""Everything that can go wrong at OpenAI, and what the adapter is to make of it."""

import json
from collections.abc import Callable
from typing import Any

from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from local.openai.control_client import ControlClient
from tests.canaries import canary, leaks

THEIRS = canary("upstream-text")
Arrange = Callable[[ControlClient, dict[str, Any]], object]
Expected = tuple[type[DomainError], str]
UNAVAILABLE: Expected = (OperationFailedError, "openai_unavailable")
BAD_ANSWER: Expected = (OperationFailedError, "openai_bad_answer")
REFUSED: Expected = (InvalidInputError, "openai_refused")


def error(code: str | None = None) -> dict[str, str | None]:
    """Return OpenAI's words for an error."""
    return {"message": THEIRS, "type": "some_error", "code": code}


FAULTS: dict[str, tuple[Arrange, Expected]] = {
    "401 bad key": (
        lambda o, at: o.fail(401, error("invalid_api_key"), **at),
        (InvalidInputError, "openai_key_invalid"),
    ),
    "401 no scope": (
        lambda o, at: o.missing_scope(THEIRS, **at),
        (InvalidInputError, "openai_key_refused"),
    ),
    "403": (lambda o, at: o.fail(403, error(), **at), (InvalidInputError, "openai_key_refused")),
    "404 model": (
        lambda o, at: o.fail(404, error("model_not_found"), **at),
        (InvalidInputError, "model_not_found"),
    ),
    "404": (lambda o, at: o.fail(404, error(), **at), (OperationFailedError, "response_lost")),
    "400": (lambda o, at: o.fail(400, error("whatever"), **at), REFUSED),
    "422": (lambda o, at: o.fail(422, error(), **at), REFUSED),
    "429": (lambda o, at: o.rate_limit(**at), (RateLimitError, "openai_rate_limited")),
    "429 quota": (
        lambda o, at: o.no_credit(**at),
        (LimitExceededError, "openai_insufficient_quota"),
    ),
    "429 quota, by type": (
        lambda o, at: o.fail(429, error() | {"type": "insufficient_quota"}, **at),
        (LimitExceededError, "openai_insufficient_quota"),
    ),
    "429 not paid": (
        lambda o, at: o.fail(429, error("billing_not_active"), **at),
        (LimitExceededError, "openai_insufficient_quota"),
    ),
    "408": (lambda o, at: o.fail(408, error(), **at), UNAVAILABLE),
    "409": (lambda o, at: o.fail(409, error(), **at), UNAVAILABLE),
    "500": (lambda o, at: o.fail(500, error("server_error"), **at), UNAVAILABLE),
    "500, retry!": (
        lambda o, at: o.fail(500, error(), headers={"x-should-retry": "true"}, **at),
        UNAVAILABLE,
    ),
    "503": (lambda o, at: o.fail(503, error(), headers={"retry-after": "1"}, **at), UNAVAILABLE),
    "502 HTML": (lambda o, at: o.html_502(**at), UNAVAILABLE),
    "cut before": (lambda o, at: o.drop_before(**at), UNAVAILABLE),
    "cut after": (lambda o, at: o.drop_after(**at), UNAVAILABLE),
    "truncated": (lambda o, at: o.damage("truncated", **at), UNAVAILABLE),
    "empty": (lambda o, at: o.damage("empty", **at), BAD_ANSWER),
    "malformed": (lambda o, at: o.damage("malformed", **at), BAD_ANSWER),
    "200 HTML": (lambda o, at: o.rule(status=200, body=f"<html>{THEIRS}", **at), BAD_ANSWER),
    "200 null": (lambda o, at: o.rule(status=200, body="null", **at), BAD_ANSWER),
    "unknown status": (lambda o, at: o.patch({"status": THEIRS}, **at), BAD_ANSWER),
    "no id": (lambda o, at: o.patch({"id": None}, **at), BAD_ANSWER),
    "deep refusal": (lambda o, at: o.rule(status=503, body="[" * 50_000, **at), UNAVAILABLE),
    "deep": (lambda o, at: o.rule(status=200, body="[" * 50_000, **at), BAD_ANSWER),
    "1 MB of nothing": (lambda o, at: o.rule(status=200, body="x" * 2**20, **at), BAD_ANSWER),
}


def check(raised: DomainError, expected: Expected) -> None:
    """Check kind and code, and that the words are ours."""
    assert (type(raised), raised.code) == expected
    shown = " ".join([raised.message, str(raised), json.dumps(raised.details), repr(raised.args)])
    assert not leaks(shown)
    assert raised.__cause__ is None
    assert raised.__suppress_context__ or raised.__context__ is None
