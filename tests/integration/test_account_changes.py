"""Another password, and leaving, over HTTP."""

import pytest

from tests.browser import Browser
from tests.canaries import canary
from tests.events import Answer
from tests.integration.test_tokens import issue, using
from tests.tables import dump


def change(browser: Browser, new: str, **changes: object) -> Answer:
    """Send a change of password."""
    body = {"currentPassword": browser.password, "newPassword": new} | changes
    return browser.post("/api/settings/password", body)


def test_another_password_ends_every_session_and_token_but_the_new_one(browser: Browser) -> None:
    before = browser.register().cookie
    other = Browser()
    other.post("/api/login", browser.credentials())
    token, new = issue(browser), canary("password")

    answer = change(browser, new)

    assert (answer.status, answer.body) == (200, {"message": "Password updated successfully"})
    (line,) = answer.headers["Set-Cookie"]
    assert line.endswith("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict")
    assert browser.cookie != before
    assert browser.get("/api/user").status == 200
    assert browser.get("/api/user", cookie=before).status == 401
    assert other.get("/api/user").status == 401
    assert using(token).status == 401
    assert Browser().post("/api/login", browser.credentials()).status == 401
    browser.password = new
    assert Browser().post("/api/login", browser.credentials()).status == 200
    assert new not in dump()


def test_a_wrong_current_password_signs_nobody_out(browser: Browser) -> None:
    browser.register()

    answer = change(browser, canary("password"), currentPassword=canary("password"))

    assert (answer.status, answer.body) == (
        403,
        {
            "error": "Current password is incorrect",
            "details": [{"field": "currentPassword", "code": "incorrect"}],
        },
    )
    assert "Set-Cookie" not in answer.headers
    assert browser.get("/api/user").status == 200
    assert Browser().post("/api/login", browser.credentials()).status == 200


def test_the_current_password_cannot_be_guessed_here_either(browser: Browser) -> None:
    browser.register()
    guesses = [
        change(browser, canary("password"), currentPassword=canary("password")) for _ in range(5)
    ]

    answer = change(browser, canary("password"))

    assert [guess.status for guess in guesses] == [403] * 5
    assert (answer.status, answer.body) == (429, {"error": "Too many attempts"})
    assert int(answer.headers["Retry-After"][0]) >= 1
    # Counted apart: neither side stands in the way of the other.
    assert Browser().post("/api/login", browser.credentials()).status == 200
    assert browser.get("/api/user").status == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [("short", "too_short"), ("password1", "too_common"), ("x" * 257, "too_long")],
)
def test_a_new_password_keeps_the_rules_of_registration(
    browser: Browser, new: str, code: str
) -> None:
    browser.register()

    answer = change(browser, new)

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    (detail,) = answer.body["details"]
    assert (detail["field"], detail["code"]) == ("newPassword", code)
    assert Browser().post("/api/login", browser.credentials()).status == 200


@pytest.mark.parametrize("field", ["currentPassword", "newPassword"])
def test_both_passwords_are_asked_for(browser: Browser, field: str) -> None:
    body = {"currentPassword": browser.password, "newPassword": canary("password")}
    del body[field]

    answer = browser.register().post("/api/settings/password", body)

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    assert [detail["field"] for detail in answer.body["details"]] == [field]


def test_who_leaves_is_nobody_at_once(browser: Browser) -> None:
    cookie = browser.register().cookie
    other = Browser()
    other.post("/api/login", browser.credentials())
    token = issue(browser)
    bystander = Browser().register()

    answer = browser.request("DELETE", "/api/user")

    assert (answer.status, answer.body) == (200, {"message": "User deleted successfully"})
    assert answer.headers["Set-Cookie"] == ["sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"]
    assert answer.headers["Clear-Site-Data"] == ['"cache","storage"']
    assert browser.request("DELETE", "/api/user", cookie=cookie).status == 401
    assert browser.get("/api/user", cookie=cookie).status == 401
    assert other.get("/api/user").status == 401
    assert using(token).status == 401
    refused = Browser().post("/api/login", browser.credentials())
    assert (refused.status, refused.body) == (401, {"error": "Invalid username or password"})
    taken = Browser().post("/api/register", browser.credentials())
    assert (taken.status, taken.body["error"]) == (400, "Username already taken")
    assert bystander.get("/api/user").status == 200


def test_what_is_to_be_cleared_away_is_on_record(browser: Browser) -> None:
    user_id = browser.register().get("/api/user").body["id"]

    browser.request("DELETE", "/api/user")

    (deletion,) = (line for line in dump().splitlines() if line.startswith("afterglow-deletions "))
    assert f"U#{user_id:016d}" in deletion
