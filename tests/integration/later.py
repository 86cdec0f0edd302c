"""Requests whose time is up, and what goes on after them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from afterglow import bootstrap
from afterglow.adapters.dynamodb.runs import DynamoRunRepository
from afterglow.domain.models import Run
from tests.browser import Browser
from tests.delivery import deliver
from tests.events import Answer, event
from tests.fakes.engine import ScriptedEngine
from tests.integration.people import user_id_of

BUDGET = timedelta(seconds=24)


def request_of(
    browser: Browser, path: str, body: object, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the event of a browser's POST, in the dialect of its path."""
    shown = dict(headers or {})
    cookie = browser.cookie
    if path.startswith("/api/v1/"):
        shown["Authorization"] = f"Bearer {browser.token}"
        cookie = None
    return event("POST", path, body, headers=shown, cookie=cookie)


def post_late(
    browser: Browser, path: str, body: object, headers: dict[str, str] | None = None
) -> Answer:
    """Send a request that begins a run just as its own time is up."""
    sent = request_of(browser, path, body, headers)
    sent["requestContext"]["requestTimeEpoch"] -= BUDGET // timedelta(milliseconds=1)
    with patch("afterglow.services.starting.LEAST_TIME_TO_BEGIN", -BUDGET):
        return deliver(sent)


def run_of(browser: Browser, run_id: str) -> Run:
    """Return a run as it is stored."""
    return DynamoRunRepository().get(user_id_of(browser), run_id)


def polled(browser: Browser, engine: ScriptedEngine, run_id: str) -> bool:
    """Have the poller look at a run, and tell whether it is over."""
    return look(user_id_of(browser), engine, run_id)


def look(user_id: int, engine: ScriptedEngine, run_id: str) -> bool:
    """Have the poller look at a user's run, and tell whether it is over."""
    poller = bootstrap.run_poller()
    engines = replace(poller.engines, factory=engine.opened_with)
    return replace(poller, engines=engines).poll(user_id, run_id).is_over
