"""Dialect B's rule on messages: 15 words or 40 characters, on both routes that take one."""

import pytest

from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.tables import fingerprint

TOO_SHORT = {"error": "The message must be at least 15 words or 40 characters"}
ACCENTED = "e\u0301"  # One character after NFC, two before.

LONG_ENOUGH = {
    "15 words": " ".join(["a"] * 15),
    "15 words among all kinds of space": "a\tb\nc\rd\u00a0e\u2003f\u3000g " * 2 + "h",
    "40 characters": "x" * 40,
    "40 characters that take more in UTF-16": "🦊" * 40,
    "40 characters after NFC": ACCENTED * 40,
    "40 characters with space around": " " * 20 + "x" + " " * 19,
}
SHORT = {
    "14 words": " ".join(["a"] * 14),
    "39 characters": "x" * 39,
    "39 characters in 156 bytes": "🦊" * 39,
    "39 characters after NFC, 78 before": ACCENTED * 39,
    "white space only": " \t\r\n\u00a0\u2003" * 20,
    "one space": " ",
    "one letter": "x",
}


def ask(user: Browser, route: str, thread: str, content: str) -> Answer:
    """Send a message by one of the routes."""
    path = "/api/v1/thread" if route == "new" else f"/api/v1/thread/{thread}"
    return user.post(path, {"assistantId": 1, "content": content})


@pytest.mark.parametrize("route", ["new", "existing"])
@pytest.mark.parametrize("content", LONG_ENOUGH.values(), ids=LONG_ENOUGH)
def test_a_message_that_is_long_enough_is_kept_as_it_is(
    user: Browser, engine: ScriptedEngine, thread: str, route: str, content: str
) -> None:
    engine.then(done("Well said."))

    answer = ask(user, route, thread, content)

    assert answer.status == 201
    told = user.get(f"/api/v1/thread/{answer.body.get('id', thread)}").body
    assert [message["content"] for message in told][-2:] == [content, "Well said."]
    assert engine.prompts[-1].message == content


@pytest.mark.parametrize("route", ["new", "existing"])
@pytest.mark.parametrize("content", SHORT.values(), ids=SHORT)
def test_a_short_message_is_refused_and_nothing_is_stored_or_asked(
    user: Browser, engine: ScriptedEngine, thread: str, route: str, content: str
) -> None:
    before, calls = fingerprint(), list(engine.calls)

    answer = ask(user, route, thread, content)

    assert (answer.status, answer.body) == (400, TOO_SHORT)
    assert fingerprint() == before
    assert engine.calls == calls


def test_dialect_a_has_no_such_rule(user: Browser, engine: ScriptedEngine, thread: str) -> None:
    assert thread
    engine.then(done("Hello."))

    assert user.say(1, "Hi!").status == 200


@pytest.mark.parametrize("route", ["new", "existing"])
def test_a_message_is_at_most_256_kibibytes(
    user: Browser, engine: ScriptedEngine, thread: str, route: str
) -> None:
    engine.then(done("Well said."))

    at_limit = ask(user, route, thread, "🦊" * (64 * 1024))
    beyond = ask(user, route, thread, "🦊" * (64 * 1024) + "x")

    assert (at_limit.status, beyond.status) == (201, 400)
    assert [(d["field"], d["code"]) for d in beyond.body["details"]] == [("content", "too_long")]
