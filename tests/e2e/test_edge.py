"""Pages, tokens, odd paths and the gateway's own answers, over HTTP through every wall."""

import httpx2
import pytest

from local.up import LocalCloud
from tests.e2e.conftest import LISTED, NewVisitor
from tests.e2e.headers import check_headers
from tests.e2e.visitor import Visitor

EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
BLOCKED = (403, {"error": "Cross-site request blocked"})
NOT_FOUND = (404, {"error": "Not found"})


def bearer(visitor: Visitor) -> dict[str, str]:
    """The header of a new token."""
    issued = visitor.http.post("/api/v1/auth/token", json=visitor.credentials)
    assert issued.status_code == 200, issued.text
    return {"Authorization": f"Bearer {issued.json()['access_token']}"}


def test_another_sites_page_changes_nothing(visitor: Visitor, cloud: LocalCloud) -> None:
    for headers in (EVIL, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        answer = visitor.http.post("/api/assistants", json={"name": "Eve"}, headers=headers)
        assert (answer.status_code, answer.json()) == BLOCKED

    own = {"Origin": cloud.front_url}
    assert visitor.http.post("/api/assistants", json={"name": "Bob"}, headers=own).is_success
    assert len(visitor.get("/api/assistants").json()) == 2


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_apis_own_page_is_at_home_by_each_name(
    visitor: Visitor, cloud: LocalCloud, name: str
) -> None:
    host = f"{name}:{cloud.ports.front}"
    headers = {"Host": host, "Origin": f"http://{host}"}
    cookies = {"Cookie": f"sid={visitor.http.cookies['sid']}"}

    answer = visitor.http.post("/api/assistants", json={"name": "Bob"}, headers=headers | cookies)

    assert answer.status_code == 201


def test_a_listed_page_asks_first_and_then_reads(visitor: Visitor) -> None:
    asked = visitor.http.options(
        "/api/assistants", headers={"Origin": LISTED, "Access-Control-Request-Method": "POST"}
    )
    listed = visitor.http.get("/api/assistants", headers={"Origin": LISTED})
    v1 = visitor.http.get("/api/v1/assistant", headers={"Origin": LISTED} | bearer(visitor))

    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    for answer in (asked, listed, v1):
        assert answer.headers.get_list("access-control-allow-origin") == [LISTED]
    assert asked.headers["access-control-allow-credentials"] == "true"
    assert listed.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-credentials" not in v1.headers
    assert "Link" in listed.headers["access-control-expose-headers"]


def test_no_other_page_reads(visitor: Visitor) -> None:
    for origin in (f"{LISTED}.evil.com", "http://app.example.com", "null", f"{LISTED}:8443"):
        for method in ("GET", "OPTIONS"):
            answer = visitor.http.request(method, "/api/assistants", headers={"Origin": origin})
            assert answer.is_success
            assert not [name for name in answer.headers if name.endswith("-allow-origin")]


def test_a_link_from_another_site_leads_to_the_documents(visitor: Visitor) -> None:
    for path, kind in (("/docs", "text/html"), ("/openapi.json", "application/json")):
        answer = visitor.http.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


def test_a_token_opens_dialect_b_and_nothing_else(visitor: Visitor) -> None:
    token = bearer(visitor)
    visitor.http.cookies.clear()

    listed = visitor.http.get("/api/v1/assistant", headers=token)
    other = visitor.http.get("/api/assistants", headers=token)
    twice = visitor.http.get("/api/v1/assistant", headers=[*token.items(), *token.items()])

    assert listed.status_code == 200
    assert listed.headers["deprecation"] == "@1787702400"
    assert listed.headers["link"] == '</api/assistants>; rel="successor-version"'
    assert (other.status_code, other.json()) == (401, {"error": "Unauthorized"})
    assert (twice.status_code, twice.json()) == (401, {"message": "Unauthorized"})
    assert twice.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("tail", ["/", "//", "/%20", "/%09", "/%2F", "/%20/"])
def test_a_blank_id_deletes_nothing(visitor: Visitor, tail: str) -> None:
    answer = visitor.http.delete(f"/api/v1/assistant{tail}", headers=bearer(visitor))

    assert (answer.status_code, answer.json()) == (400, {"message": "Assistant id is required"})
    assert len(visitor.get("/api/assistants").json()) == 1


@pytest.mark.parametrize("path", ["/api/v1/thread/", "/api/v1/thread//", "/api/v1/thread%0A"])
def test_a_path_that_goes_on_for_nothing_deletes_nothing(visitor: Visitor, path: str) -> None:
    answer = visitor.http.delete(path, headers=bearer(visitor))

    assert (answer.status_code, answer.json()) == NOT_FOUND
    assert visitor.messages() == []


def test_what_nobody_routes_is_not_found(visitor: Visitor) -> None:
    token = bearer(visitor)
    for answer in (
        visitor.http.get("/api/v1/nothing", headers=token),
        visitor.http.get("/api/v1/nothing", headers={"Authorization": "Basic eDp5"}),
        visitor.http.put("/api/v1/assistant", headers=token),
        visitor.http.options("/api/nothing"),
        visitor.http.head("/api/user"),
        visitor.http.get("/docs/"),
    ):
        assert answer.status_code == 404
        assert answer.request.method == "HEAD" or answer.json() == NOT_FOUND[1]


def test_a_query_says_each_thing_once(visitor: Visitor) -> None:
    assert visitor.get("/api/user?a=1&a=2").status_code == 400
    assert visitor.get("/api/user?" + "&".join(f"a{n}=1" for n in range(101))).status_code == 400
    assert visitor.get("/api/user?" + "&".join(f"a{n}=1" for n in range(100))).status_code == 200


def test_nothing_repeats_what_a_client_says_of_itself(new_visitor: NewVisitor) -> None:
    lies = {
        "Forwarded": "host=evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Prefix": "/evil.example",
        "X-HTTP-Method-Override": "DELETE",
    }
    for path in ("/api/user", "/api/v1/assistant", "/api/nothing", "/docs", "/health"):
        answer = new_visitor().http.get(path, headers=lies)
        assert "evil.example" not in answer.text + str(answer.headers)
        assert "6.6.6.6" not in answer.text + str(answer.headers)


def test_a_name_that_is_not_ours_is_refused_with_every_header(cloud: LocalCloud) -> None:
    answer = httpx2.get(f"{cloud.front_url}/api/user", headers={"Host": "evil.example"})

    assert answer.status_code == 403
    check_headers(answer)
