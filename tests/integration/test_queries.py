"""Queries on every route: too many parameters, one given twice, ones that nobody knows."""

from typing import Any

import pytest

from tests.browser import Browser
from tests.delivery import deliver
from tests.events import Answer, event
from tests.integration.routes import PROTECTED, ROUTES, Route
from tests.tables import fingerprint

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
LISTS = [
    "/api/assistants",
    "/api/threads",
    "/api/threads/1/messages",
    "/api/threads/1/runs",
    "/api/uploads",
    "/api/files",
    "/api/v1/assistant",
    "/api/v1/thread",
    "/api/v1/threads",
    "/api/v1/thread/thread_1",
    "/api/v1/thread/thread_1/runs",
]
NO_PARTS = [
    *[("limit", value) for value in ("0", "101", "-1", "+1", "01", "1e2", "1.0", "", " 1")],
    *[("limit", value) for value in ("\uff11", "1_0", "ten", "9" * 5000, "\x00", "\ud800")],
    *[("cursor", value) for value in ("x", "1", "a.b", "\x00", "\ud800", "é", "x" * 513)],
]


def ask(user: Browser, route: Route, parameters: dict[str, list[str]]) -> Answer:
    """Send a route's request with a query."""
    headers = {"Authorization": f"Bearer {user.token}"}
    body = dict(route.body) if route.body else None
    sent: dict[str, Any] = event(
        route.method, route.path, body, cookie=user.cookie, headers=headers
    )
    last = {name: values[-1] for name, values in parameters.items()}
    return deliver(
        sent | {"queryStringParameters": last, "multiValueQueryStringParameters": parameters}
    )


@each_route
def test_too_many_parameters_or_one_given_twice_are_refused(admin: Browser, route: Route) -> None:
    before = fingerprint()
    many, twice = "Too many query parameters", "A query parameter is given twice"

    for text, query in [
        (many, {f"p{number}": ["1"] for number in range(101)}),
        *[(twice, {"limit": values}) for values in (["1", "2"], ["1", "1"], ["", ""], ["1"] * 200)],
    ]:
        answer = ask(admin, route, query)
        assert (answer.status, answer.body) == (400, route.error(text)), query

    assert fingerprint() == before


@pytest.mark.parametrize("route", PROTECTED, ids=lambda route: route.name)
def test_a_strange_query_is_no_trouble(user: Browser, route: Route) -> None:
    strange = {
        f"p{number}": [value]
        for number, value in enumerate(
            ["", "\x00", "\ud800", "é🦊", "x" * 8000, "%00", "../../etc/passwd", "1e999", "[]"]
        )
    } | {"\x00": ["1"], "__proto__": ["1"], "": [""]}

    plain = ask(user, route, {})
    answer = ask(user, route, strange)

    assert plain.status < 500
    assert answer.status < 500


@pytest.mark.parametrize("path", LISTS)
def test_a_part_that_cannot_be_is_refused_by_name(user: Browser, path: str) -> None:
    user.open_thread()
    path = path.replace("thread_1", user.get("/api/threads").body[0]["openaiThreadId"])

    for name, value in NO_PARTS:
        answer = ask(user, Route("GET", path), {name: [value]})
        details = answer.body.pop("details")
        refused = (400, Route("GET", path).error("Validation failed"))
        assert (answer.status, answer.body) == refused, (name, value)
        assert [detail["field"] for detail in details] == [name], value
