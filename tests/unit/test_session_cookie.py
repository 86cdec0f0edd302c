"""The cookie that carries a session token."""

from collections.abc import Iterator

import pytest

from afterglow.api.session_cookie import cleared_cookie, session_cookie, token_in
from afterglow.settings import settings
from tests.events import event


@pytest.fixture(params=["dev", "prod", "localhost", "LOCAL"])
def deployed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be any stage but the local one."""
    monkeypatch.setenv("STAGE", request.param)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_on_a_laptop_the_cookie_travels_over_plain_http() -> None:
    expected = "sid=a-token; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"

    assert str(session_cookie("a-token")) == expected


def test_a_cleared_cookie_has_the_same_attributes() -> None:
    assert str(cleared_cookie()) == "sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"


@pytest.mark.usefixtures("deployed")
def test_anywhere_else_it_is_secure_and_bound_to_the_host() -> None:
    attributes = "Path=/; Max-Age={}; HttpOnly; Secure; SameSite=Strict"

    assert str(session_cookie("a-token")) == "__Host-sid=a-token; " + attributes.format(604800)
    assert str(cleared_cookie()) == "__Host-sid=; " + attributes.format(0)


@pytest.mark.usefixtures("deployed")
def test_anywhere_else_only_the_secure_name_counts() -> None:
    assert token_in(event("GET", "/api/user", cookie="__Host-sid=a-token")) == "a-token"
    assert token_in(event("GET", "/api/user", cookie="sid=a-token")) is None


@pytest.mark.parametrize(
    ("lines", "token"),
    [
        ([], None),
        ([""], None),
        (["sid"], None),
        (["sid="], None),
        (["sid=a-token"], "a-token"),
        (["a=1; sid=a-token; b=2"], "a-token"),
        (["a=1;sid=a-token;"], "a-token"),
        (["a=1", "sid=a-token"], "a-token"),
        (["sid=a=b"], "a=b"),
        (["sid=a-token; sid=a-token"], None),
        (["sid=a-token; sid=another"], None),
        (["sid=a-token", "sid=another"], None),
        (["sid=a-token; sid="], None),
        (["SID=a-token"], None),
        (["xsid=a-token"], None),
        (["__Host-sid=a-token"], None),
    ],
)
def test_a_token_is_read_if_there_is_exactly_one(lines: list[str], token: str | None) -> None:
    for name in ("Cookie", "cookie", "COOKIE"):
        request = event("GET", "/api/user")
        request["multiValueHeaders"] = {name: lines}

        assert token_in(request) == token


def test_cookies_in_headers_of_differing_case_count_as_two() -> None:
    request = event("GET", "/api/user")
    request["multiValueHeaders"] = {"Cookie": ["sid=a-token"], "cookie": ["sid=another"]}

    assert token_in(request) is None


@pytest.mark.parametrize("headers", [None, {}])
def test_a_request_without_headers_has_no_token(headers: dict[str, list[str]] | None) -> None:
    request = event("GET", "/api/user") | {"multiValueHeaders": headers}

    assert token_in(request) is None
