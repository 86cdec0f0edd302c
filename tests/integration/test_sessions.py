"""Whose request it is: the session cookie, and nothing else."""

import re
from datetime import timedelta

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.services.sessions import token_hash
from afterglow.settings import settings
from tests.browser import Browser
from tests.canaries import watched
from tests.examples import a_session, a_token, a_user


def test_a_deployed_stage_has_its_cookie_over_https_only(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "prod")
    settings.cache_clear()

    try:
        answer = browser.post("/api/register", browser.credentials())
        seen = browser.get("/api/user").status
        with_local_name = browser.get(
            "/api/user", cookie=(browser.cookie or "").replace("__Host-sid", "sid")
        )
    finally:
        monkeypatch.undo()
        settings.cache_clear()

    (line,) = answer.headers["Set-Cookie"]
    assert re.fullmatch(
        r"__Host-sid=\d+\.[A-Za-z0-9_-]{43}; Path=/; Max-Age=604800; HttpOnly; Secure; "
        "SameSite=Strict",
        line,
    )
    assert (seen, with_local_name.status) == (200, 401)


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "sid=",
        "sid=" + "A" * 43,
        "sid=1." + "A" * 43,
        "sid=0{token}",
        "sid=9{token}",
        "sid=9999999999999999999999." + "A" * 43,
        "sid=x; other=y",
        "sid=" + "x" * 5000,
        "sid=\x00",
        "sid=ü🦊",
        "sid=\ud800",
        "__Host-sid={token}",
        "sid={token}; sid={token}",
        "sid={token}; sid=x",
        "sid={token}x",
        "sid= {token}",
        'sid="{token}"',
        "SID={token}",
    ],
)
def test_any_other_cookie_is_nobodys(browser: Browser, cookie: str | None) -> None:
    token = (browser.register().cookie or "").removeprefix("sid=")

    answer = browser.get("/api/user", cookie=cookie and cookie.replace("{token}", token))

    assert (answer.status, answer.body) == (401, {"error": "Unauthorized"})
    assert browser.get("/api/user").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {token}"},
        {"Authorization": "Basic {token}"},
        {"x-api-key": "{token}"},
    ],
)
def test_no_other_credential_is_taken(browser: Browser, headers: dict[str, str]) -> None:
    token = (browser.register().cookie or "").removeprefix("sid=")
    sent = {name: value.format(token=token) for name, value in headers.items()}

    assert browser.get("/api/user", cookie=None, headers=sent).status == 401


@pytest.mark.parametrize(
    ("age", "idle", "status"),
    [
        (timedelta(0), timedelta(hours=11), 200),
        (timedelta(0), timedelta(hours=13), 401),
        (timedelta(days=8), timedelta(0), 401),
    ],
)
def test_an_expired_session_is_nobodys(
    browser: Browser, age: timedelta, idle: timedelta, status: int
) -> None:
    now, user = bootstrap.now(), a_user()
    token = watched(a_token(user.id))
    expired = a_session(
        user,
        token_hash=token_hash(token),
        last_seen_at=now - idle,
        expires_at=now - age + timedelta(days=7),
    )
    DynamoAccountRepository().create(user, expired)

    assert browser.get("/api/user", cookie=f"sid={token}").status == status
    assert DynamoSessionRepository().get(user.id, expired.token_hash) is not None
