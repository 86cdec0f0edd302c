"""Who is let in, before anything else is looked at."""

import os

import pytest

from tests.browser import Browser
from tests.delivery import deliver, routes
from tests.events import Answer, event
from tests.integration.routes import DOCUMENTS, PROTECTED, ROUTES, WITH_BODY, Route
from tests.tables import fingerprint
from tests.wiretap import Wiretap

each_protected = pytest.mark.parametrize("route", PROTECTED, ids=lambda route: route.name)
NOT_FOUND = {"error": "Not found"}
UNAUTHORIZED = "Unauthorized"


def test_the_list_of_routes_is_the_templates() -> None:
    declared = {(method, pattern) for method, pattern, _, _ in routes() if method != "OPTIONS"}

    known = ROUTES + DOCUMENTS
    assert len(known) == len(declared)
    for method, pattern in declared:
        assert [r for r in known if r.method == method and pattern.fullmatch(r.path)]


@each_protected
def test_nobody_is_let_in_and_nothing_is_read_of_the_body(route: Route, aws: Wiretap) -> None:
    before = fingerprint()
    bodies = ["{", "[]", '{"threadId":"x"}', "x" * (2 * 1024 * 1024), "\ud800", ""]

    answers: list[Answer] = []
    calls = aws.during(
        lambda: answers.extend(
            deliver(event(route.method, route.path, raw=body, headers={"Content-Type": kind}))
            for body in bodies
            for kind in ("application/json", "text/plain")
        )
    )

    refused = (401, route.error(UNAUTHORIZED))
    assert [(answer.status, answer.body) for answer in answers] == [refused] * 12
    # Nothing is looked at but how many requests of nobody there were.
    assert {call.operation for call in calls} - {"GetSecretValue"} == {"UpdateItem"}
    assert {call.parameters.get("TableName") for call in calls} <= {
        os.environ["LIMITS_TABLE"],
        None,
    }
    assert fingerprint() == before


@pytest.mark.parametrize("path", ["/api/assistants/x", "/api/threads/007/messages"])
def test_nobody_learns_whether_an_id_is_well_formed(path: str) -> None:
    answer = deliver(event("GET", path))

    assert (answer.status, answer.body) == (401, {"error": UNAUTHORIZED})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_path_or_method_that_a_function_does_not_know_is_not_found(
    browser: Browser, route: Route
) -> None:
    browser.enter()
    headers = {"Authorization": f"Bearer {browser.token}"}
    for strange in (
        event("DELETE", "/api/nowhere", cookie=browser.cookie),
        event("PURGE", route.path, cookie=browser.cookie, headers=headers),
    ):
        answer = deliver(strange, function=_function_of(route))

        text = route.error("Not found") if strange["httpMethod"] == "PURGE" else NOT_FOUND
        assert (answer.status, answer.body) == (404, text)


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/vnd.api+json",
        "json",
        "",
        ",",
    ],
)
def test_a_body_of_another_kind_is_refused(admin: Browser, route: Route, media_type: str) -> None:
    answer = admin.request(
        route.method, route.path, dict(route.body or {}), headers={"Content-Type": media_type}
    )

    assert (answer.status, answer.body) == (
        415,
        route.error("Content-Type must be application/json"),
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"content-type": "application/json; charset=utf-8"},
        {"CONTENT-TYPE": "Application/JSON"},
        {"Content-Type": " application/json ;charset=UTF-8"},
    ],
)
def test_a_media_type_may_be_spelled_in_many_ways(user: Browser, headers: dict[str, str]) -> None:
    sent = event("POST", "/api/assistants", {"name": "Ada"}, cookie=user.cookie)
    sent["headers"] = {"Cookie": user.cookie, **headers}

    assert deliver(sent).status == 201


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "x", None])
@pytest.mark.parametrize("body", [None, ""])
def test_the_media_type_of_no_body_is_no_matter(
    user: Browser, media_type: str | None, body: str | None
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    sent = event("POST", "/api/assistants", cookie=user.cookie, headers=headers) | {"body": body}

    answer = deliver(sent)

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    assert [detail["code"] for detail in answer.body["details"]] == ["missing"]


def test_a_request_without_any_headers_is_nobodys() -> None:
    bare = event("GET", "/api/user") | {"headers": None, "multiValueHeaders": None}

    answer = deliver(bare)

    assert (answer.status, answer.body) == (401, {"error": UNAUTHORIZED})


def _function_of(route: Route) -> str:
    return next(
        function
        for method, pattern, _, function in routes()
        if method == route.method and pattern.fullmatch(route.path)
    )
