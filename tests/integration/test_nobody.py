"""Requests of nobody known count against their address."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from afterglow import bootstrap
from afterglow.domain.rates import Period, Window
from tests.browser import Browser
from tests.delivery import deliver
from tests.events import event
from tests.integration.routes import DOCUMENTS, PROTECTED, PUBLIC, Route
from tests.tables import dump
from tests.wiretap import Wiretap, refusing

LIMIT = 60
NOW = datetime(2026, 11, 22, 12, 20, tzinfo=UTC)
TOO_MANY = "Rate limit exceeded"


@pytest.fixture
def still() -> Iterator[None]:
    """Let no minute end meanwhile."""
    with time_machine.travel(NOW, tick=False):
        yield


def from_address(address: str, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Return a request of an address."""
    sent = event(method, path, body)
    sent["requestContext"]["identity"]["sourceIp"] = address
    return sent


def use_up(address: str) -> None:
    """Count as many requests of nobody as an address may send."""
    limits = bootstrap.limits()
    window = Window(Period.MINUTE, LIMIT)
    limits.limiter.take(limits.subjects.address(address), "anonymous", [window], count=LIMIT)


@pytest.mark.usefixtures("still")
def test_guessed_tokens_are_soon_not_looked_at() -> None:
    statuses = []
    for number in range(LIMIT + 20):
        sent = event("GET", "/api/v1/assistant", headers={"Authorization": f"Bearer oak_{number}"})
        answer = deliver(sent)
        statuses.append(answer.status)

    assert statuses == [401] * LIMIT + [429] * 20
    assert answer.body == {"message": TOO_MANY}
    assert 0 < int(answer.headers["Retry-After"][0]) <= 60


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("route", PUBLIC + PROTECTED, ids=lambda route: route.name)
def test_every_request_of_nobody_counts(route: Route) -> None:
    use_up("127.0.0.1")

    answer = deliver(event(route.method, route.path, route.body))

    assert (answer.status, answer.body) == (429, route.error(TOO_MANY))
    assert "Retry-After" in answer.headers
    others = deliver(from_address("203.0.113.9", "GET", "/api/user"))
    assert others.status == 401


@pytest.mark.usefixtures("still")
def test_who_is_known_is_let_in_all_the_same(user: Browser) -> None:
    use_up("127.0.0.1")

    assert deliver(event("GET", "/api/user")).status == 429
    assert user.get("/api/user").status == user.get("/api/v1/assistant").status == 200
    for document in DOCUMENTS:
        assert deliver(event(document.method, document.path)).status == 200
    assert deliver(event("OPTIONS", "/api/user")).status == 204


@pytest.mark.usefixtures("still")
def test_a_forged_address_moves_no_limit_and_is_not_repeated() -> None:
    statuses = []
    for number in range(LIMIT + 5):
        forged = f"198.51.100.{number}"
        lies = {
            "Host": f"evil-{number}.example",
            "Forwarded": f"for={forged}",
            "X-Forwarded-For": forged,
            "X-Forwarded-Host": f"evil-{number}.example",
            "X-Real-IP": forged,
            "X-HTTP-Method-Override": "DELETE",
        }
        answer = deliver(event("GET", "/api/v1/assistant", headers=lies))
        statuses.append(answer.status)
        said = json.dumps([answer.body, answer.headers])
        assert "evil" not in said
        assert "198.51.100" not in said

    assert statuses == [401] * LIMIT + [429] * 5
    assert "evil" not in dump()
    assert "198.51.100" not in dump()


@pytest.mark.usefixtures("still")
def test_if_nobody_can_be_counted_nobody_is_answered(aws: Wiretap) -> None:
    with aws.breaking("UpdateItem", refusing("AccessDeniedException")):
        answer = deliver(event("GET", "/api/user"))

    assert answer.status == 500
