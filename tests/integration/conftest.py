"""The functions on moto, with a scripted engine where OpenAI would be."""

import pytest

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine
from tests.wiretap import Wiretap


@pytest.fixture(autouse=True)
def _aws(aws: Wiretap) -> None:
    """Let no integration test do without."""
    assert aws is not None


@pytest.fixture
def browser() -> Browser:
    """Return a browser that nobody has signed in."""
    return Browser()


@pytest.fixture
def user(engine: ScriptedEngine, browser: Browser) -> Browser:
    """Return a browser of a user with a key."""
    assert engine.verdict is not None
    return browser.register().store_key()
