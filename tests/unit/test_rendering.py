"""Errors as responses."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import NoReturn

import pytest

from afterglow.api.dialects import V1, V1_THREADS, WEB, Dialect
from afterglow.api.rendering import (
    SECURITY_HEADERS,
    refusal,
    to_json,
    with_headers,
    with_security_headers,
)
from afterglow.domain import errors
from afterglow.observability import logger

CHAT = ("POST", "/api/chat")
SECRET = "sk-this-must-not-be-seen"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Return what is logged."""
    stream = StringIO()
    tap = logging.StreamHandler(stream)
    tap.setFormatter(logger.registered_formatter)
    root = logging.getLogger()
    root.addHandler(tap)
    yield stream
    root.removeHandler(tap)


def throw(error: Exception) -> NoReturn:
    """Raise an error."""
    raise error


def raised(error: Exception) -> Exception:
    """Return an error with a traceback."""
    with pytest.raises(type(error)) as caught:
        throw(error)
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError(SECRET),
        KeyError(SECRET),
        RuntimeError(f"arn:aws:dynamodb {SECRET}"),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
    ],
)
def test_no_word_of_an_unforeseen_error_is_shown_or_logged(error: Exception, log: StringIO) -> None:
    response = refusal(raised(error), WEB, CHAT)

    assert response["statusCode"] == 500
    assert json.loads(response["body"]) == {"error": "Internal server error"}
    (line,) = log.getvalue().splitlines()
    assert SECRET not in line
    entry = json.loads(line)
    assert (entry["level"], entry["error"]) == ("ERROR", type(error).__name__)
    assert entry["where"][-1].endswith(" throw")


def test_a_foreseen_failure_shows_its_words_and_logs_its_code(log: StringIO) -> None:
    error = errors.OperationFailedError("OpenAI is unavailable", code="openai_unavailable")

    response = refusal(raised(error), WEB, CHAT)

    assert json.loads(response["body"]) == {
        "error": "OpenAI is unavailable",
        "details": [{"code": "openai_unavailable"}],
    }
    assert json.loads(log.getvalue())["code"] == "openai_unavailable"


def test_what_is_the_callers_fault_is_no_error_of_ours(log: StringIO) -> None:
    response = refusal(errors.NotFoundError("Thread not found"), WEB, CHAT)

    assert (response["statusCode"], log.getvalue()) == (404, "")


@pytest.mark.parametrize(
    ("seconds", "header"), [(7, {"Retry-After": ["7"]}), (0, {"Retry-After": ["0"]}), (None, {})]
)
def test_who_is_too_fast_is_told_when_to_come_back(
    seconds: int | None, header: dict[str, list[str]]
) -> None:
    error = errors.RateLimitError("Slow down", code="openai_rate_limited", retry_after=seconds)

    response = refusal(error, WEB, CHAT)

    assert (response["statusCode"], response["multiValueHeaders"]) == (429, header)


@pytest.mark.parametrize(
    ("dialect", "challenge"), [(WEB, None), (V1, ["Bearer"]), (V1_THREADS, ["Bearer"])]
)
def test_a_401_of_dialect_b_asks_for_a_token(dialect: Dialect, challenge: list[str] | None) -> None:
    nobody = refusal(errors.AuthenticationError("Unauthorized"), dialect, CHAT)
    missing = refusal(errors.NotFoundError("Thread not found"), dialect, CHAT)

    assert nobody["multiValueHeaders"].get("WWW-Authenticate") == challenge
    assert "WWW-Authenticate" not in missing["multiValueHeaders"]


def test_fixed_headers_win_and_others_stay() -> None:
    response = {
        "multiValueHeaders": {
            "Set-Cookie": ["a=1", "b=2"],
            "Cache-Control": ["public"],
            "Content-Type": ["application/json"],
            "Content-Security-Policy": ["default-src *"],
        }
    }

    headers = with_security_headers(response, "the-id")["multiValueHeaders"]

    assert headers["Set-Cookie"] == ["a=1", "b=2"]
    assert headers["X-Request-Id"] == ["the-id"]
    assert {name: [value] for name, value in SECURITY_HEADERS.items()}.items() <= headers.items()


def test_a_page_says_itself_what_it_is_and_may_load() -> None:
    own = {
        "Content-Type": ["text/html; charset=utf-8"],
        "Content-Security-Policy": ["default-src 'self'"],
        "Cache-Control": ["public"],
        "Referrer-Policy": ["unsafe-url"],
    }

    headers = with_security_headers({"multiValueHeaders": own}, "the-id")["multiValueHeaders"]

    assert headers["Content-Type"] == own["Content-Type"]
    assert headers["Content-Security-Policy"] == own["Content-Security-Policy"]
    assert headers["Cache-Control"] == ["no-store"]
    assert headers["Referrer-Policy"] == ["no-referrer"]


def test_a_page_that_says_nothing_of_it_may_load_nothing() -> None:
    page = {"multiValueHeaders": {"Content-Type": ["text/html"]}}

    headers = with_security_headers(page, "the-id")["multiValueHeaders"]

    assert headers["Content-Type"] == ["text/html"]
    assert headers["Content-Security-Policy"] == [SECURITY_HEADERS["Content-Security-Policy"]]


def test_links_add_up_and_other_headers_are_replaced() -> None:
    response = {"multiValueHeaders": {"Link": ['</a>; rel="next"'], "Vary": ["Accept"]}}

    headers = with_headers(response, {"Link": "</b>", "Vary": "Origin"})["multiValueHeaders"]

    assert headers == {"Link": ['</a>; rel="next", </b>'], "Vary": ["Origin"]}


def test_json_is_compact_and_keeps_its_letters() -> None:
    assert to_json({"a": ["ü", "🦊"]}) == '{"a":["ü","🦊"]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": float("nan")})
