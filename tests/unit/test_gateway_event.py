"""What is read of an event, and what of a client's words is not."""

import pytest

from afterglow.api import bearer
from afterglow.api.deprecation import deprecation_headers
from afterglow.api.gateway_event import address_of, header_values, public_prefix
from tests.events import event

TOKEN = "oak_42." + "aZ0_-" * 8 + "xyz"


@pytest.mark.parametrize(
    ("public", "path", "prefix"),
    [
        ("/local/api/threads", "/api/threads", "/local"),
        ("/prod/api/threads", "/api/threads", "/prod"),
        ("/api/threads", "/api/threads", ""),
        ("/a/b/api/threads", "/api/threads", "/a/b"),
        ("", "/api/threads", ""),
        ("/local/other", "/api/threads", ""),
        ("//evil.example/api/threads", "/api/threads", ""),
        ("/a b/api/threads", "/api/threads", ""),
        ('/"><x/api/threads', "/api/threads", ""),
    ],
)
def test_what_stands_before_our_paths(public: str, path: str, prefix: str) -> None:
    request = event("GET", path)
    request["requestContext"]["path"] = public

    assert public_prefix(request) == prefix


def test_an_address_is_the_gateways_word() -> None:
    forged = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Forwarded", "Host"), "6.6.6.6")

    assert address_of(event("GET", "/api/user", headers=forged)) == "127.0.0.1"


def test_headers_are_found_in_any_case() -> None:
    request = event("GET", "/api/user")
    request["multiValueHeaders"] = {"ORIGIN": ["a"], "origin": ["b", "c"], "x-origin": ["d"]}

    assert header_values(request, "origin") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("values", "token"),
    [
        ([f"Bearer {TOKEN}"], TOKEN),
        ([f"bearer {TOKEN}"], TOKEN),
        ([f"BEARER  {TOKEN}"], TOKEN),
        ([], None),
        ([""], None),
        ([TOKEN], None),
        (["Bearer"], None),
        (["Bearer "], None),
        ([f"Bearer{TOKEN}"], None),
        ([f"Bearer {TOKEN}x"], None),
        ([f"Bearer {TOKEN[:-1]}"], None),
        ([f"Bearer {TOKEN[:-1]}é"], None),
        ([f"Bearer {TOKEN}\n"], None),
        ([f" Bearer {TOKEN}"], None),
        ([f"Bearer {TOKEN}, Bearer {TOKEN}"], None),
        ([f"Bearer {TOKEN[4:]}"], None),
        ([f"Bearer sk-{TOKEN[3:]}"], None),
        ([f"Basic {TOKEN}"], None),
        ([f"Bearer {TOKEN}", f"Bearer {TOKEN}"], None),
        ([f"Bearer {TOKEN}", ""], None),
    ],
)
def test_a_token_is_read_if_there_is_exactly_one(values: list[str], token: str | None) -> None:
    for name in ("Authorization", "authorization", "AUTHORIZATION"):
        request = event("GET", "/api/v1/thread")
        request["multiValueHeaders"] = {name: values}

        assert bearer.token_in(request) == token


def test_tokens_in_headers_of_differing_case_count_as_two() -> None:
    request = event("GET", "/api/v1/thread")
    request["multiValueHeaders"] = {
        "Authorization": [f"Bearer {TOKEN}"],
        "authorization": [f"Bearer {TOKEN}"],
    }

    assert bearer.token_in(request) is None


@pytest.mark.parametrize(
    ("method", "resource", "successor"),
    [
        ("GET", "/api/v1/assistant", "/api/assistants"),
        ("POST", "/api/v1/assistant/admin", "/api/assistants"),
        ("PUT", "/api/v1/assistant/{assistant_id}/instructions", "/api/assistants"),
        ("GET", "/api/v1/threads", "/api/threads"),
        ("POST", "/api/v1/thread", "/api/threads"),
        ("GET", "/api/v1/thread/{gpt_id}", "/api/threads"),
        ("POST", "/api/v1/thread/{gpt_id}", "/api/chat"),
        ("GET", "/api/v1/config/assistant/limit", "/docs"),
        ("POST", "/api/v1/auth/token", "/docs"),
    ],
)
def test_what_is_obsolete_names_its_successor(method: str, resource: str, successor: str) -> None:
    request = event(method, "/api/v1/x", resource=resource)

    assert deprecation_headers(request) == {
        "Deprecation": "@1787702400",
        "Link": f'</local{successor}>; rel="successor-version"',
    }
