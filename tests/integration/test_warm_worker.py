"""Two users on one warm worker, in turn and at once: each call upstream has its caller's key."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.bootstrap import ports
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import User
from afterglow.settings import settings
from local.openai.control_client import ControlClient, fingerprint
from tests.browser import Browser
from tests.integration.people import user_id_of

TIMES = 500
THREADS = 8


@pytest.fixture(autouse=True)
def _upstream(openai_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be the deployment's own, but for OpenAI's address."""
    here = replace(settings(), openai_base_url=openai_url)
    monkeypatch.setattr(ports, "settings", lambda: here)


@pytest.fixture
def keys() -> dict[int, str]:
    """Return what OpenAI calls the keys of two users, by the users' ids."""
    browsers = [Browser().enter() for _ in range(2)]
    return {user_id_of(browser): fingerprint(browser.api_key) for browser in browsers}


def ask(user: User, number: int) -> None:
    """Ask OpenAI, as every function does, for something that tells whose it would be."""
    engine = bootstrap.turn_service().engines.of(user)
    with pytest.raises(OperationFailedError, match="no longer has"):
        engine.get(f"resp_{user.id}x{number}")


def mismatches(openai: ControlClient, keys: dict[int, str]) -> Iterable[str]:
    """Return the calls with another key than that of the user whom they tell of."""
    for call in openai.journal("GET"):
        owner = int(call.path.removeprefix("/v1/responses/resp_").partition("x")[0])
        if call.key != keys[owner]:
            yield call.path


def test_no_call_has_anothers_key(openai: ControlClient, keys: dict[int, str]) -> None:
    users = [DynamoAccountRepository().get(user_id) for user_id in keys]
    alternating = [user for user in users * (TIMES // 2) if user is not None]

    for number, user in enumerate(alternating):
        ask(user, number)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, alternating[:100], range(TIMES, TIMES + 100)))

    assert len(openai.journal("GET")) == TIMES + 100
    assert {call.key for call in openai.journal("GET")} == set(keys.values())
    assert list(mismatches(openai, keys)) == []
