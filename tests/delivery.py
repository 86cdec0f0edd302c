"""API Gateway's part: an event to the function that template.yaml names, and its answer checked."""

import importlib
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from types import ModuleType
from typing import Any

from afterglow.observability import logger
from tests.canaries import leaks, watched
from tests.events import Answer, Context
from tests.template.document import FUNCTIONS

HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Origin",
}


def function_module(name: str) -> ModuleType:
    """Return the module of a function by its folder's name."""
    return importlib.import_module(f"functions.{name}.handler")


@cache
def routes() -> list[tuple[str, re.Pattern[str], str, str]]:
    """Return method, path, resource and function of every route, those without ids first."""
    found = [
        (
            route["Properties"]["Method"].upper(),
            re.compile(re.sub(r"{\w+}", "[^/]+", route["Properties"]["Path"])),
            route["Properties"]["Path"],
            function["CodeUri"].removeprefix("functions/"),
        )
        for function in FUNCTIONS.values()
        for route in function.get("Events", {}).values()
        if route["Type"] == "Api"
    ]
    return sorted(found, key=lambda route: "{" in route[2])


def route_of(method: str, path: str) -> tuple[str, str]:
    """Return the resource and the function that answer a request."""
    return next(
        (resource, function)
        for verb, pattern, resource, function in routes()
        # The gateway hands `/things/` to the function of `/things`.
        if verb == method and pattern.fullmatch(path.rstrip("/"))
    )


def deliver(event: dict[str, Any], *, function: str | None = None) -> Answer:
    """Return a function's answer, by default of the one whose route it is.

    Whatever the test is about, the answer has every header, its error no word of ours or theirs
    that is secret, and the log one line of JSON that tells of the request and nothing else.
    """
    resource, routed = route_of(event["httpMethod"], event["path"]) if not function else ("", "")
    with overheard() as log:
        handler = function_module(function or routed)
        response = handler.lambda_handler(event | {"resource": resource}, Context())
    answer = Answer.of(response)
    _check_headers(answer, event)
    if answer.status >= 400:
        _check_error(answer, event["path"])
    _check_log(log.getvalue(), answer)
    return answer


def _check_error(answer: Answer, path: str) -> None:
    """An error of dialect B says `message`, but on its thread routes."""
    is_thread = re.match(r"/api/v1/threads?(/|\Z)", path)
    key = "message" if re.match(r"/api/v1(/|\Z)", path) and not is_thread else "error"
    assert set(answer.body) <= {key, "details"}, answer.body
    assert isinstance(answer.body[key], str)
    assert not leaks(json.dumps(answer.body) + json.dumps(answer.headers))


def _check_headers(answer: Answer, event: dict[str, Any]) -> None:
    expected = HEADERS | {"X-Request-Id": event["requestContext"]["requestId"]}
    if not answer.headers["Content-Type"][0].startswith("application/json"):
        # A page says itself what it is and may load.
        del expected["Content-Type"], expected["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"]
    for name, value in expected.items():
        assert answer.headers[name] == [value], name
    is_v1 = re.match(r"/api/v1(/|\Z)", event["path"])
    assert answer.headers.get("Deprecation") == (["@1787702400"] if is_v1 else None)
    for line in answer.headers.get("Set-Cookie", []):
        token = line.partition(";")[0].partition("=")[2]
        if token:
            watched(token)


def _check_log(log: str, answer: Answer) -> None:
    assert not leaks(log), "something secret was logged"
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["status"] for line in lines if line.get("message") == "request"] == [answer.status]


@contextmanager
def overheard() -> Iterator[StringIO]:
    """Catch whatever would reach CloudWatch: every logger's lines, and what is printed."""
    stream, root = StringIO(), logging.getLogger()
    tap = logging.StreamHandler(stream)
    tap.setFormatter(logger.registered_formatter)
    level = root.level
    # As Lambda runs it with LogFormat JSON.
    root.setLevel(logging.INFO)
    root.addHandler(tap)
    try:
        with redirect_stdout(stream), redirect_stderr(stream):
            yield stream
    finally:
        root.removeHandler(tap)
        root.setLevel(level)
