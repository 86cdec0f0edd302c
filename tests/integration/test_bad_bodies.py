"""Bodies nobody can use: a clear 4xx in the dialect's shape, and nothing written."""

import base64
import json

import pytest

from tests.browser import Browser
from tests.delivery import deliver
from tests.events import event
from tests.integration.routes import WITH_BODY, Route
from tests.tables import fingerprint

each_route = pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
INVALID_JSON = "Invalid JSON body"

MALFORMED = {
    "blank": " ",
    "null": "null",
    "list": "[]",
    "text": '"x"',
    "number": "1",
    "open": "{",
    "twice": "{}{}",
    "trailing comma": '{"name":"Ada",}',
    "single quotes": "{'name':'Ada'}",
    "NaN": '{"temperature":NaN}',
    "1e999": '{"temperature":1e999}',
    "duplicate keys": '{"name":"Ada","name":"Bob"}',
    "NUL": '{"name":"A\\u0000da"}',
    "raw NUL": '{"name":"A\x00da"}',
    "NUL in a key": '{"na\\u0000me":"Ada"}',
    "lone surrogate": '{"name":"\\ud800"}',
    "raw surrogate": '{"name":"\ud800"}',
    "BOM": '\ufeff{"name":"Ada"}',
    "5,000 digits": '{"name":' + "9" * 5000 + "}",
    "100,000 levels": '{"a":' * 100_000,
    "33 levels": '{"a":' * 32 + "{}" + "}" * 32,
    "10,001 values": json.dumps({"a": [0] * 10_000}),
}


@each_route
def test_malformed_json_is_refused_on_every_route(admin: Browser, route: Route) -> None:
    before = fingerprint()

    for name, raw in MALFORMED.items():
        answer = admin.request(route.method, route.path, raw=raw)
        assert (answer.status, answer.body) == (400, route.error(INVALID_JSON)), name

    assert fingerprint() == before


@each_route
def test_what_is_no_utf8_or_no_base64_is_refused(admin: Browser, route: Route) -> None:
    before = fingerprint()
    bodies = ["/////w==", "!!!", "e30", "é", base64.b64encode(b'{"name":"\xff"}').decode()]

    for body in bodies:
        bearer = {"Authorization": f"Bearer {admin.token}"}
        sent = event(route.method, route.path, raw=body, cookie=admin.cookie, headers=bearer)
        answer = deliver(sent | {"isBase64Encoded": True})
        assert (answer.status, answer.body) == (400, route.error(INVALID_JSON)), body

    assert fingerprint() == before


def test_a_body_in_base64_is_read(user: Browser) -> None:
    raw = base64.b64encode('{"name":"Ünï🦊"}'.encode()).decode()

    answer = deliver(
        event("POST", "/api/assistants", raw=raw, cookie=user.cookie) | {"isBase64Encoded": True}
    )

    assert (answer.status, answer.body["name"]) == (201, "Ünï🦊")


@each_route
def test_more_than_a_mebibyte_is_too_large(admin: Browser, route: Route) -> None:
    before = fingerprint()
    whole = '{"message":"' + "x" * (1024 * 1024 - 14) + '"}'
    assert len(whole) == 1024 * 1024

    at_limit = admin.request(route.method, route.path, raw=whole)
    answer = admin.request(route.method, route.path, raw=whole + " ")
    in_bytes = admin.request(route.method, route.path, raw='{"a":"' + "é" * (512 * 1024) + '"}')

    assert at_limit.status in {400, 404}
    for refused in (answer, in_bytes):
        assert (refused.status, refused.body) == (413, route.error("Request body too large"))
    assert fingerprint() == before


def test_a_large_body_in_base64_is_measured_decoded(user: Browser) -> None:
    raw = base64.b64encode(b"x" * (1024 * 1024 + 1)).decode()

    answer = deliver(
        event("POST", "/api/chat", raw=raw, cookie=user.cookie) | {"isBase64Encoded": True}
    )

    assert answer.status == 413


def test_a_password_of_a_megabyte_is_refused(browser: Browser) -> None:
    megabyte = {"username": browser.username, "password": "x" * 1_000_000}

    register = browser.post("/api/register", megabyte)
    login = browser.post("/api/login", megabyte)

    assert (register.status, register.body["details"][0]["code"]) == (400, "too_long")
    assert (login.status, login.body) == (401, {"error": "Invalid username or password"})
