"""Tokens of programs: given for a password, shown once, taken back."""

import re

import pytest

from tests.browser import Browser
from tests.canaries import canary, watched
from tests.delivery import deliver
from tests.events import Answer, event
from tests.tables import dump

PATH = "/api/v1/auth/token"
# The smallest thing that dialect B does for whoever is signed in.
ANY = "/api/v1/config/assistant/limit"


def request_token(browser: Browser, **changes: object) -> Answer:
    """Ask for a token as a program does: without a cookie."""
    answer = deliver(event("POST", PATH, browser.credentials() | changes))
    if answer.status == 200:
        watched(answer.body["access_token"])
    return answer


def issue(browser: Browser) -> str:
    """Return a new token."""
    return str(request_token(browser).body["access_token"])


def using(token: str, method: str = "GET", path: str = ANY) -> Answer:
    """Send a request with a token."""
    return deliver(event(method, path, headers={"Authorization": f"Bearer {token}"}))


def test_a_token_is_given_for_a_password(browser: Browser) -> None:
    browser.register()

    answer = request_token(browser)

    assert answer.status == 200
    assert re.fullmatch("oak_[0-9]+[.][A-Za-z0-9_-]{43}", answer.body["access_token"])
    assert answer.body | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 604800,
    }
    assert "Set-Cookie" not in answer.headers
    assert using(answer.body["access_token"]).status == 200
    assert answer.body["access_token"] not in dump()


def test_who_does_not_know_the_password_gets_none(browser: Browser) -> None:
    browser.register()

    wrong = request_token(browser, password=canary("password"))
    unknown = request_token(browser, username=canary("nobody"))

    assert (wrong.status, wrong.body) == (401, {"message": "Invalid username or password"})
    assert (unknown.status, unknown.body) == (wrong.status, wrong.body)
    assert wrong.headers["WWW-Authenticate"] == ["Bearer"]
    # The browser's.
    assert sum(line.startswith("afterglow-sessions ") for line in dump().splitlines()) == 1


def test_a_revoked_token_is_over_at_once_and_no_other_one(browser: Browser) -> None:
    browser.register()
    token, other = issue(browser), issue(browser)

    answer = using(token, "DELETE", PATH)

    assert (answer.status, answer.body) == (200, {"message": "Token revoked successfully"})
    assert using(token).status == 401
    assert using(token, "DELETE", PATH).status == 401
    assert using(other).status == 200
    assert browser.get("/api/user").status == 200


def test_ten_tokens_live_beside_ten_browsers(browser: Browser) -> None:
    browser.register()

    tokens = [issue(browser) for _ in range(11)]

    assert [using(token).status for token in tokens] == [401] + [200] * 10
    assert browser.get("/api/user").status == 200


def test_a_token_is_no_cookie_and_a_cookie_is_no_token(browser: Browser) -> None:
    cookie = (browser.register().cookie or "").removeprefix("sid=")
    token = issue(browser)

    assert browser.get("/api/user", cookie=f"sid={token}").status == 401
    assert browser.post("/api/logout", cookie=f"sid={token}").status == 401
    assert using(cookie).status == 401
    assert using(cookie, "DELETE", PATH).status == 401
    assert deliver(event("DELETE", PATH, cookie=f"sid={cookie}")).status == 401

    assert using(token).status == 200
    assert browser.get("/api/user").status == 200


def test_a_login_does_not_end_a_token_that_is_presented_as_a_cookie(browser: Browser) -> None:
    browser.register()
    token = issue(browser)

    browser.post("/api/login", browser.credentials(), cookie=f"sid={token}")

    assert using(token).status == 200


@pytest.mark.parametrize(
    ("body", "field"), [({"username": "ada"}, "password"), ({"password": "x"}, "username")]
)
def test_what_is_missing_is_named(body: dict[str, str], field: str) -> None:
    answer = deliver(event("POST", PATH, body))

    assert (answer.status, answer.body["message"]) == (400, "Validation failed")
    assert [detail["field"] for detail in answer.body["details"]] == [field]
