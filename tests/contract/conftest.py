"""Every port twice: the fake and the adapter, in one suite."""

import secrets
from collections.abc import Iterator

import pytest
from httpx2 import Timeout

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.models import Thread
from tests.canaries import canary_key, watched
from tests.contract.frozen_records import Freezer
from tests.contract.turns import new_thread
from tests.contract.worlds import World, deployed, in_memory
from tests.tables import empty_tables


@pytest.fixture(params=["in memory", "on AWS"])
def world(request: pytest.FixtureRequest) -> World:
    """Return one implementation of every port, for a user of the test's own."""
    if request.param == "in memory":
        return in_memory()
    request.getfixturevalue("aws")
    empty_tables()
    return deployed()


@pytest.fixture(scope="module")
def freezer(request: pytest.FixtureRequest) -> Iterator[Freezer]:
    """Return what is frozen."""
    request.getfixturevalue("aws")
    yield Freezer()
    empty_tables()


@pytest.fixture
def thread(world: World) -> Thread:
    """Return a thread of the test's user."""
    return new_thread(world)


@pytest.fixture
def key() -> str:
    """Return a key of the test's own, of which not even a part may be shown."""
    # Letters that no id is made of: four digits of one would be found in every log, in time.
    shown = "".join(secrets.choice("JKQVWXZ") for _ in range(4))
    watched(shown)
    return watched(canary_key() + shown)


@pytest.fixture
def openai_engine(openai_url: str, key: str) -> OpenAIEngine:
    """Return an engine with that key."""
    return OpenAIEngine(key, openai_url)


@pytest.fixture
def hasty_engine(openai_url: str, key: str) -> OpenAIEngine:
    """Return an engine with that key and little patience."""
    return OpenAIEngine(key, openai_url, timeout=Timeout(0.5))
