"""Who tries or registers too often, as an HTTP client sees it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from afterglow.adapters import secrets_manager
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver
from tests.events import Answer, event
from tests.tables import dump
from tests.wiretap import Wiretap, refusing, undisturbed

# Time stands still, so that no window ends while a test runs.
NOW = datetime(2026, 11, 22, 12, 20, tzinfo=UTC)
HERE, ELSEWHERE = "203.0.113.7", "2001:db8:1:2::7"
TOO_MANY = {"error": "Too many attempts"}


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def post(
    path: str, body: object, address: str = HERE, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a POST from an address."""
    sent: dict[str, Any] = event("POST", path, body, headers=headers)
    sent["requestContext"]["identity"]["sourceIp"] = address
    return deliver(sent)


def guess(browser: Browser, address: str = HERE) -> Answer:
    """Log in with a wrong password."""
    wrong = browser.credentials() | {"password": canary("password")}
    return post("/api/login", wrong, address)


def test_the_sixth_attempt_waits_even_with_the_right_password(browser: Browser) -> None:
    browser.register()
    assert [guess(browser).status for _ in range(5)] == [401] * 5

    for answer in (
        guess(browser),
        post("/api/login", browser.credentials()),
        post("/api/login", browser.credentials(), ELSEWHERE),
    ):
        assert (answer.status, answer.body) == (429, TOO_MANY)
        assert answer.headers["Retry-After"] == ["30"]
        assert "Set-Cookie" not in answer.headers
    assert browser.get("/api/user").status == 200


def test_names_that_nobody_has_wait_alike(browser: Browser) -> None:
    answers = [guess(browser) for _ in range(6)]

    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert answers[-1].body == TOO_MANY


def test_another_account_of_the_same_address_is_let_in(browser: Browser) -> None:
    browser.register()
    victim = Browser()
    for _ in range(10):
        guess(victim)

    assert post("/api/login", browser.credentials()).status == 200


def test_thirty_wrong_passwords_of_an_address_are_enough(browser: Browser) -> None:
    browser.register()
    network = ELSEWHERE.removesuffix("7")
    statuses = [guess(Browser(), f"{network}{number}").status for number in range(30)]

    answer = post("/api/login", browser.credentials(), ELSEWHERE)

    assert statuses == [401] * 30
    assert (answer.status, answer.body) == (429, TOO_MANY)
    assert answer.headers["Retry-After"] == ["600"]
    assert post("/api/login", browser.credentials(), HERE).status == 200


def test_an_address_registers_five_an_hour_whatever_it_claims_to_be() -> None:
    answers = [
        post("/api/register", Browser().credentials(), headers={"X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(6)
    ]

    assert [answer.status for answer in answers] == [201] * 5 + [429]
    assert answers[-1].body == {"error": "Rate limit exceeded"}
    assert answers[-1].headers["Retry-After"] == ["2400"]
    assert post("/api/register", Browser().credentials(), ELSEWHERE).status == 201


def test_a_name_that_is_taken_costs_double(browser: Browser) -> None:
    browser.register()

    statuses = [post("/api/register", browser.credentials()).status for _ in range(4)]

    assert statuses == [400, 400, 400, 429]


def test_the_tables_show_no_address_and_no_name_of_nobody(browser: Browser) -> None:
    post("/api/register", browser.credentials())
    nobody = Browser()
    guess(nobody)
    guess(nobody, ELSEWHERE)

    stored = dump()

    for secret in (HERE, ELSEWHERE, ELSEWHERE.partition("::")[0], nobody.username):
        assert secret not in stored
    assert "username#" in stored
    assert "address#" in stored


@pytest.mark.parametrize(
    ("path", "operation", "nth"),
    [
        ("/api/login", "GetSecretValue", 1),
        ("/api/login", "UpdateItem", 1),
        ("/api/login", "UpdateItem", 2),
        ("/api/login", "UpdateItem", 3),
        ("/api/login", "GetItem", 1),
        ("/api/register", "UpdateItem", 1),
        ("/api/register", "UpdateItem", 2),
    ],
)
def test_nobody_gets_in_while_something_cannot_be_counted(
    browser: Browser, aws: Wiretap, path: str, operation: str, nth: int
) -> None:
    browser.register()
    newcomer = Browser()
    body = (browser if path == "/api/login" else newcomer).credentials()
    secrets_manager.pepper.cache_clear()
    faults = [undisturbed] * (nth - 1) + [refusing("AccessDeniedException")]

    with aws.spoiling(operation, *faults):
        answer = post(path, body)

    assert (answer.status, answer.body) == (500, {"error": "Internal server error"})
    assert "Set-Cookie" not in answer.headers
    assert newcomer.username not in dump()
