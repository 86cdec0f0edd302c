"""Nothing secret in a log line or an error: what every delivery checks, and that it can see."""

import logging
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.bootstrap import ports
from afterglow.domain.errors import InvalidInputError
from afterglow.observability import logger
from afterglow.ports.engine import TIME_TO_BEGIN, LiveReply, Prompt
from afterglow.settings import settings
from tests.browser import Browser
from tests.canaries import canary, canary_key, leaks
from tests.delivery import deliver, overheard
from tests.events import event
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.routes import ROUTES, Route
from tests.scripting import answering
from tests.tables import dump

Leak = Callable[[str], object]


class LeakyEngine(ScriptedEngine):
    """An engine that gives a message away."""

    def __init__(self, leak: Leak) -> None:
        super().__init__(done("Hello."))
        self.leak = leak

    def start(
        self, prompt: Prompt, *, within: timedelta = TIME_TO_BEGIN
    ) -> AbstractContextManager[LiveReply]:
        """Start work on a message; it goes on in the background."""
        self.leak(prompt.message)
        return super().start(prompt, within=within)


def _raise(message: str) -> None:
    raise InvalidInputError(message)


@pytest.mark.parametrize(
    "leak",
    [
        logger.info,
        lambda message: logger.error("failed", content=message),
        logging.getLogger("some.library").warning,
        print,
        lambda message: sys.stderr.writelines([message]),
        _raise,
    ],
)
def test_a_leak_does_not_go_unseen(user: Browser, leak: Leak) -> None:
    thread_id = user.open_thread()

    with answering(LeakyEngine(leak)), pytest.raises(AssertionError):
        user.say(thread_id)


def test_a_whole_conversation_gives_nothing_away(browser: Browser, engine: ScriptedEngine) -> None:
    thread_id = browser.register().store_key().open_thread()
    engine.then(done(canary("answer")))

    assert browser.say(thread_id).status == 200
    assert browser.post("/api/login", browser.credentials()).status == 200
    assert browser.post("/api/logout").status == 200


def test_who_carries_requests_is_silent(openai_url: str) -> None:
    vault, key = SecretsManagerVault(settings().openai_keys_prefix), canary_key()

    with overheard() as log:
        logging.getLogger().setLevel(logging.DEBUG)
        version = vault.put(4_042, key)
        assert vault.get(4_042, version) == key
        OpenAIEngine(key, openai_url).check_key()
        assert ports.accounts().get(4_042) is None

    assert log.getvalue() == ""


def test_content_is_stored_where_it_belongs_and_secrets_nowhere(
    user: Browser, engine: ScriptedEngine
) -> None:
    message, token = canary("message"), (user.cookie or "").removeprefix("sid=")
    thread_id = user.open_thread()
    engine.then(done("Gladly."))
    user.say(thread_id, message)

    stored = dump()

    assert not leaks(stored) & {user.password, user.api_key, token}
    holding = {line.split()[0] for line in stored.splitlines() if message in line}
    assert holding == {"afterglow-messages"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_line_break_in_any_part_of_a_request_makes_no_second_line(
    user: Browser, engine: ScriptedEngine, route: Route
) -> None:
    forged = '\r\n{"level":"ERROR","message":"request","status":200}\x1b[31m'
    sent = event(
        route.method,
        route.path,
        dict.fromkeys(route.body, forged) if route.body else None,
        cookie=user.cookie,
        headers={"User-Agent": forged, "X-Forwarded-For": forged, "Referer": forged},
    )
    engine.then(done("Unused."))

    # Delivery checks that there is one line on the request, with the answer's own status.
    assert deliver(sent).status < 500
