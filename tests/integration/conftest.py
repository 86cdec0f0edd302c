"""The functions on moto, with a scripted engine where OpenAI would be."""

import pytest

from afterglow.domain.models import Role
from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.people import assign, open_thread_v1
from tests.tables import empty_tables
from tests.wiretap import Wiretap


@pytest.fixture(autouse=True)
def _aws(aws: Wiretap) -> None:
    """Let every test begin with empty tables."""
    assert aws is not None
    empty_tables()


@pytest.fixture
def browser() -> Browser:
    """Return a browser that nobody has signed in."""
    return Browser()


@pytest.fixture
def user(engine: ScriptedEngine, browser: Browser) -> Browser:
    """Return a browser of a user with a key."""
    assert engine is not None
    return browser.enter()


@pytest.fixture
def admin(user: Browser) -> Browser:
    """Return the browser of an admin with a key."""
    return assign(user, Role.ADMIN)


@pytest.fixture
def thread(user: Browser, engine: ScriptedEngine) -> str:
    """Return the user's thread, with a message and its answer."""
    user.create_assistant()
    engine.then(done("Gladly."))
    return open_thread_v1(user)
