"""Register, log in, log out, the current user."""

import re
from dataclasses import replace

import pytest

from afterglow import bootstrap
from afterglow.services.accounts import AccountPolicy
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import function_module
from tests.events import Answer
from tests.tables import dump
from tests.wiretap import Wiretap


def full_width(name: str) -> str:
    """Return a name in other letters that mean the same."""
    return name.replace("a", "\uff41")


def set_cookie(answer: Answer) -> str:
    """Return the one cookie that an answer sets."""
    (line,) = answer.headers["Set-Cookie"]
    return line


@pytest.mark.parametrize(("path", "status"), [("/api/register", 201), ("/api/login", 200)])
def test_signing_in_sets_the_session_cookie(browser: Browser, path: str, status: int) -> None:
    if path == "/api/login":
        browser.register()

    answer = browser.post(path, browser.credentials())

    assert answer.status == status
    assert re.fullmatch(
        "sid=[0-9]+[.][A-Za-z0-9_-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict",
        set_cookie(answer),
    )
    assert answer.body == browser.get("/api/user").body
    assert answer.body | {"id": 0, "createdAt": ""} == {
        "id": 0,
        "username": browser.username,
        "role": "user",
        "defaultAssistantId": None,
        "hasApiKey": False,
        "apiKeyLast4": None,
        "createdAt": "",
    }


def test_nothing_that_opens_a_door_is_in_the_tables(browser: Browser) -> None:
    browser.register()

    stored = dump()

    assert browser.cookie is not None
    assert browser.cookie.removeprefix("sid=") not in stored
    assert browser.password not in stored
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored


def test_logging_out_ends_the_session_and_clears_the_cookie(browser: Browser) -> None:
    cookie = browser.register().cookie

    answer = browser.post("/api/logout")

    assert (answer.status, answer.body) == (200, {"message": "Logged out successfully"})
    assert set_cookie(answer) == "sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
    assert answer.headers["Clear-Site-Data"] == ['"cache","storage"']
    assert browser.get("/api/user", cookie=cookie).status == 401
    assert browser.post("/api/logout", cookie=cookie).status == 401


def test_wrong_passwords_unknown_names_and_impossible_ones_look_alike(browser: Browser) -> None:
    browser.register()
    attempts = [
        {"username": browser.username, "password": canary("password")},
        {"username": canary("nobody"), "password": browser.password},
        {"username": browser.username, "password": ""},
        {"username": "x", "password": browser.password},
        {"username": "näme", "password": browser.password},
        {"username": browser.username, "password": "x" * 300},
        {"username": "admin", "password": browser.password},
    ]

    answers = [Browser().post("/api/login", attempt) for attempt in attempts]

    assert {answer.status for answer in answers} == {401}
    assert all(answer.body == {"error": "Invalid username or password"} for answer in answers)
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
    assert "Set-Cookie" not in answers[0].headers


def test_a_planted_cookie_is_not_the_one_after_login(browser: Browser) -> None:
    browser.register()
    planted = "sid=1." + "A" * 43

    answer = browser.post("/api/login", browser.credentials(), cookie=planted)

    assert answer.cookie() != planted
    assert browser.get("/api/user", cookie=planted).status == 401


def test_the_session_before_a_login_is_over_after_it(browser: Browser) -> None:
    before = browser.register().cookie

    browser.post("/api/login", browser.credentials())

    assert browser.get("/api/user", cookie=before).status == 401
    assert browser.get("/api/user").status == 200


@pytest.mark.parametrize("spelling", [str.upper, str.title, full_width])
def test_a_name_is_taken_whatever_its_spelling(browser: Browser, spelling: object) -> None:
    browser.register()
    assert callable(spelling)
    twin = {"username": spelling(browser.username), "password": canary("password")}

    answer = Browser().post("/api/register", twin)

    assert (answer.status, answer.body["error"]) == (400, "Username already taken")
    assert "Set-Cookie" not in answer.headers


def test_registration_can_be_closed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = AccountPolicy(registration_open=False, password_min_length=8)
    closed = replace(bootstrap.account_service(), policy=policy)
    overrides = function_module("auth").app.dependency_overrides
    monkeypatch.setitem(overrides, bootstrap.account_service, lambda: closed)

    answer = browser.post("/api/register", browser.credentials())

    assert (answer.status, answer.body) == (403, {"error": "Registration is closed"})


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "too_short"), ("password1", "too_common"), ("x" * 257, "too_long")],
)
def test_a_refused_password_is_named_by_its_fault(
    browser: Browser, password: str, code: str
) -> None:
    answer = browser.post("/api/register", browser.credentials() | {"password": password})

    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    (detail,) = answer.body["details"]
    assert (detail["field"], detail["code"]) == ("password", code)
    assert browser.post("/api/login", browser.credentials()).status == 401


def test_a_login_asks_dynamodb_alike_whether_or_not_the_name_is_known(
    browser: Browser, aws: Wiretap
) -> None:
    browser.register()
    wrong = {"username": browser.username, "password": canary("password")}

    known = aws.during(lambda: Browser().post("/api/login", wrong))
    unknown = aws.during(
        lambda: Browser().post("/api/login", wrong | {"username": canary("nobody")})
    )

    # The request, the attempt, the account's failures read and written, the name, the user.
    expected = ["UpdateItem", "UpdateItem", "GetItem", "UpdateItem", "GetItem", "GetItem"]
    assert [call.operation for call in known] == expected
    assert [call.operation for call in unknown] == expected
