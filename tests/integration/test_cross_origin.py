"""Pages of other sites, as the functions answer them."""

import re

import pytest

from afterglow.api.cross_origin import EXPOSED
from tests.browser import Browser
from tests.delivery import deliver, routes
from tests.events import event
from tests.integration.routes import ROUTES, V1, WEB, WEB_PUBLIC, Route
from tests.tables import dump
from tests.wiretap import Wiretap

LISTED, EVIL = "https://app.example.com", "https://evil.example"
CHANGES = [route for route in WEB_PUBLIC + WEB if route.method != "GET"]
PATHS = sorted({resource for _, _, resource, _ in routes()})
Preflight = dict[str, str]


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route.name)
def test_no_other_site_changes_anything(user: Browser, aws: Wiretap, route: Route) -> None:
    before = dump()

    def ask() -> None:
        for headers in ({"Origin": EVIL}, {"Sec-Fetch-Site": "cross-site"}):
            answer = user.request(route.method, route.path, route.body, headers=headers)
            assert (answer.status, answer.body) == (403, {"error": "Cross-site request blocked"})
            assert "Access-Control-Allow-Origin" not in answer.headers

    assert aws.during(ask) == []
    assert dump() == before


def test_no_word_is_read_before_it(user: Browser) -> None:
    answer = user.request("POST", "/api/chat", raw="{", headers={"Origin": EVIL})

    assert answer.status == 403


def test_a_listed_site_changes_and_reads(user: Browser) -> None:
    headers = {"Origin": LISTED, "Sec-Fetch-Site": "cross-site"}

    answer = user.post("/api/assistants", {"name": "Ada"}, headers=headers)

    assert answer.status == 201
    assert answer.headers["Access-Control-Allow-Origin"] == [LISTED]
    assert answer.headers["Access-Control-Allow-Credentials"] == ["true"]
    assert answer.headers["Access-Control-Expose-Headers"] == [EXPOSED]


@pytest.mark.parametrize("status", [400, 401, 404, 415])
def test_a_listed_site_reads_errors_too(user: Browser, status: int) -> None:
    headers = {"Origin": LISTED}
    answer = {
        400: lambda: user.post("/api/assistants", {}, headers=headers),
        401: lambda: Browser().get("/api/user", headers=headers),
        404: lambda: user.get("/api/assistants/9", headers=headers),
        415: lambda: user.post(
            "/api/assistants", {}, headers=headers | {"Content-Type": "text/plain"}
        ),
    }[status]()

    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == [LISTED]


@pytest.mark.parametrize("route", V1, ids=lambda route: route.name)
def test_a_program_may_send_from_anywhere(user: Browser, route: Route) -> None:
    headers = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}

    answer = user.request(route.method, route.path, route.body, headers=headers)

    assert answer.status != 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_listed_page_reads_dialect_b_without_its_cookies(user: Browser) -> None:
    answer = user.get("/api/v1/assistant", headers={"Origin": LISTED})

    assert answer.headers["Access-Control-Allow-Origin"] == [LISTED]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("resource", PATHS)
def test_a_preflight_names_the_methods_of_the_template(aws: Wiretap, resource: str) -> None:
    declared = {m for m, _, path, _ in routes() if path == resource and m != "OPTIONS"}
    asked = event("OPTIONS", re.sub(r"{\w+}", "1", resource), headers={"Origin": LISTED})
    before = dump()
    answers = []

    assert aws.during(lambda: answers.append(deliver(asked))) == []

    (answer,) = answers
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["Access-Control-Allow-Methods"] == [", ".join(sorted(declared))]
    assert answer.headers["Allow"] == [", ".join(sorted({*declared, "OPTIONS"}))]
    assert answer.headers["Access-Control-Allow-Origin"] == [LISTED]
    assert answer.headers["Access-Control-Max-Age"] == ["600"]
    is_v1 = resource.startswith("/api/v1/")
    credentials = answer.headers.get("Access-Control-Allow-Credentials")
    assert credentials == (None if is_v1 else ["true"])
    allowed = {*answer.headers["Access-Control-Allow-Headers"][0].split(", ")}
    assert allowed - {"Authorization"} == {"Content-Type", "Idempotency-Key", "Prefer"}
    assert ("Authorization" in allowed) is is_v1
    assert dump() == before


@pytest.mark.parametrize("origin", [EVIL, "null", f"{LISTED}.evil.example", ""])
def test_a_preflight_of_another_site_is_told_nothing_it_may_use(origin: str) -> None:
    answer = deliver(event("OPTIONS", "/api/login", headers={"Origin": origin}))

    assert answer.status == 204
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_preflight_of_no_path_is_not_found() -> None:
    for path in ("/api/nowhere", "/api/login/"):
        answer = deliver(event("OPTIONS", path), function="auth")
        assert (answer.status, answer.body) == (404, {"error": "Not found"})


def test_every_answer_depends_on_who_asks() -> None:
    for route in ROUTES:
        assert deliver(event(route.method, route.path)).headers["Vary"] == ["Origin"]
