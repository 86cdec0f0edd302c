"""What the front lets through, in either direction, and what it answers itself."""

import json
import os
import time
from typing import Any

import httpx2
import pytest

from afterglow.api.rendering import SECURITY_HEADERS
from local.up import LocalCloud

NOT_FOUND = {"error": "Not found"}
MEBIBYTE = 1024 * 1024


def seen(answer: httpx2.Response) -> dict[str, Any]:
    """The event that the function got."""
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()
    return event


def test_it_is_healthy_when_everything_answers(http: httpx2.Client) -> None:
    answer = http.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_request_reaches_the_function_as_it_was_sent(http: httpx2.Client) -> None:
    body = '{"name": "Zoë\\u0000", "n": 1e400}'.encode()
    event = seen(
        http.post(
            "/api/probe/show_event?a=1&a=two%20words&empty=",
            content=body,
            headers={"Cookie": "one=1; two=2", "X-Custom": "value", "Content-Type": "text/x"},
        )
    )

    assert event["httpMethod"] == "POST"
    assert event["path"] == event["requestContext"]["path"] == "/api/probe/show_event"
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "two words"], "empty": [""]}
    assert event["body"] == body.decode()
    assert event["headers"]["cookie"] == "one=1; two=2"
    assert event["headers"]["x-custom"] == "value"
    assert event["headers"]["content-type"] == "text/x"


def test_the_moment_of_arrival_is_the_gateways(http: httpx2.Client) -> None:
    before = time.time()
    event = seen(http.get("/api/probe/show_event"))

    assert before - 0.001 <= event["requestContext"]["requestTimeEpoch"] / 1000 <= time.time()


def test_the_function_sees_the_fronts_name_and_the_pages_origin(
    http: httpx2.Client, cloud: LocalCloud
) -> None:
    event = seen(http.get("/api/probe/show_event", headers={"Origin": cloud.front_url}))

    assert event["headers"]["host"] == f"127.0.0.1:{cloud.ports.front}"
    assert event["requestContext"]["domainName"] == f"127.0.0.1:{cloud.ports.front}"
    assert event["headers"]["origin"] == cloud.front_url
    assert event["multiValueHeaders"]["origin"] == [cloud.front_url]


def test_nobody_can_say_who_they_are(http: httpx2.Client) -> None:
    lies = {
        "Forwarded": "for=6.6.6.6",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Front-Host": "evil.example",
        "X-Real-IP": "6.6.6.6",
    }
    event = seen(http.get("/api/probe/show_event", headers=lies))

    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert event["headers"]["x-forwarded-proto"] == "http"
    assert "evil.example" not in json.dumps(event)
    assert "6.6.6.6" not in json.dumps(event)


def test_headers_of_the_connection_end_at_the_front(http: httpx2.Client) -> None:
    event = seen(
        http.get(
            "/api/probe/show_event",
            headers={"Connection": "keep-alive, X-Hop", "X-Hop": "1", "TE": "trailers"},
        )
    )

    assert not {"x-hop", "te", "keep-alive"} & event["headers"].keys()


def test_every_cookie_comes_back(http: httpx2.Client) -> None:
    with http.stream("GET", "/api/probe/set_cookies") as answer:
        cookies = answer.headers.get_list("set-cookie")

    assert cookies == ["a=1; Path=/; HttpOnly", "b=2; Path=/"]


def test_the_emulators_invitation_to_every_site_is_dropped(http: httpx2.Client) -> None:
    answer = http.get("/api/probe/greet")

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_an_invitation_of_the_api_is_not(http: httpx2.Client) -> None:
    page = "https://app.example.com"

    for method, action in (("GET", "share"), ("OPTIONS", "preflight")):
        answer = http.request(method, f"/api/probe/{action}", headers={"Origin": page})
        assert (answer.status_code, answer.headers.get_list("access-control-allow-origin")) == (
            200,
            [page],
        )


def test_a_preflight_reaches_the_function(http: httpx2.Client) -> None:
    headers = {"Origin": "null", "Access-Control-Request-Method": "POST"}

    assert seen(http.options("/api/probe/show_event", headers=headers))["httpMethod"] == "OPTIONS"


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_the_documents_pass_as_what_they_are(http: httpx2.Client, path: str) -> None:
    answer = http.get(path)

    assert (answer.status_code, answer.text) == (200, path)
    assert answer.headers["content-type"] == "text/html"


def test_what_the_gateway_answers_has_the_templates_headers(http: httpx2.Client) -> None:
    one, other = (http.get("/api/unknown") for _ in range(2))

    assert one.headers["x-fixed"] == "it's fixed"
    assert len(one.headers["x-request-id"]) == 36
    assert one.headers["x-request-id"] != other.headers["x-request-id"]


def test_what_the_front_answers_has_every_header_of_the_api(http: httpx2.Client) -> None:
    strange = {"Host": "evil.example"}
    big = b"x" * (10 * MEBIBYTE + 1)
    answers = [
        http.get("/nowhere"),
        http.get("/health"),
        http.get("/api/probe/greet", headers=strange),
        http.post("/api/probe/greet", content=big),
    ]

    assert [answer.status_code for answer in answers] == [404, 200, 403, 413]
    for answer in answers:
        expected = SECURITY_HEADERS | {"Vary": "Origin"}
        assert {name: answer.headers.get(name) for name in expected} == expected
        assert len(answer.headers["x-request-id"]) == 36


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/",
        "/api/unknown",
        "/api/probe",
        "/health/",
        "/_ministack/health",
        "/_aws/execute-api/x",
    ],
)
def test_an_unknown_path_is_not_found(http: httpx2.Client, path: str) -> None:
    answer = http.get(path)

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PROPFIND", "TRACE"])
def test_an_unknown_method_is_not_found(http: httpx2.Client, method: str) -> None:
    answer = http.request(method, "/api/probe/greet")

    assert answer.status_code == 404
    assert method == "HEAD" or answer.json() == NOT_FOUND


@pytest.mark.parametrize(
    "target", [b"/api/../_ministack/health", b"/api/%2e%2e/%2E./x", b"/api/x%2f..%2f..%2fy"]
)
def test_no_path_climbs_out_of_the_api(http: httpx2.Client, target: bytes) -> None:
    answer = http.send(http.build_request("GET", "/api/x", extensions={"target": target}))

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("failure", ["fail", "die"])
def test_a_failed_function_tells_nothing(http: httpx2.Client, failure: str) -> None:
    answer = http.get(f"/api/probe/{failure}")

    assert (answer.status_code, answer.json()) == (500, {"error": "Internal server error"})
    assert http.get("/api/probe/greet").status_code == 200


def test_a_timed_out_function_tells_nothing(http: httpx2.Client) -> None:
    answer = http.get("/api/probe/sleep?seconds=30")

    assert (answer.status_code, answer.json()) == (500, {"error": "Internal server error"})


def test_a_functions_own_answer_stays_its_own(http: httpx2.Client) -> None:
    answer = http.get("/api/probe/refuse")

    assert answer.status_code == 502
    assert answer.json() == {"error": "Bad gateway of its own"}


def test_bytes_that_are_no_text_do_no_harm(http: httpx2.Client) -> None:
    event = seen(http.post("/api/probe/show_event", content=b"\xff\xfe\x00ok"))

    assert event["body"].endswith("\x00ok")


def test_ten_mebibytes_pass_and_one_more_byte_does_not(http: httpx2.Client) -> None:
    content = os.urandom(MEBIBYTE // 2).hex().encode() * 10

    assert len(seen(http.post("/api/probe/show_event", content=content))["body"]) == len(content)
    refused = http.post("/api/probe/show_event", content=content + b"x")
    assert refused.status_code == 413
    assert refused.json() == {"error": "HTTP content length exceeded 10485760 bytes."}


def test_the_limit_holds_without_a_declared_length(http: httpx2.Client) -> None:
    def chunks() -> Any:
        for _ in range(11):
            yield b"x" * MEBIBYTE

    try:
        answer = http.post("/api/probe/show_event", content=chunks())
    except httpx2.TransportError:
        # Refused while we were still sending.
        return
    assert answer.status_code == 413


def test_a_name_that_is_not_ours_is_refused(http: httpx2.Client) -> None:
    answer = http.get("/api/probe/greet", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.json()) == (403, {"error": "Unknown host"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
)
def test_about_pages_the_api_decides(http: httpx2.Client, name: str, value: str) -> None:
    event = seen(http.post("/api/probe/show_event", headers={name: value}))

    assert event["multiValueHeaders"][name.lower()] == [value]


def test_it_goes_by_each_of_its_names(http: httpx2.Client, cloud: LocalCloud) -> None:
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{cloud.ports.front}"
        event = seen(http.post("/api/probe/show_event", headers={"Host": host}))

        assert event["requestContext"]["domainName"] == host
