"""One stand-in for all these tests; each test has keys, and so a project, of its own."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from openai import DefaultHttpx2Client, OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.description import check_response
from tests.openai_standin.standin import threaded

NewClient = Callable[..., OpenAI]


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with threaded(Path(tmp_path_factory.mktemp("openai"))) as address:
        yield address


@pytest.fixture
def control(url: str) -> Iterator[ControlClient]:
    with ControlClient(url) as client:
        client.reset()
        yield client
        client.reset()


@pytest.fixture
def key() -> str:
    return f"sk-proj-{secrets.token_hex(16)}"


@pytest.fixture(scope="session")
def checking() -> Iterator[httpx2.Client]:
    """Holds every body against OpenAI's description of its path."""
    with DefaultHttpx2Client(event_hooks={"response": [check_response]}) as http:
        yield http


@pytest.fixture
def new_client(url: str, control: ControlClient, checking: httpx2.Client) -> NewClient:
    """The official SDK; each client has a key of its own."""
    assert control

    def build(key: str | None = None) -> OpenAI:
        api_key = key or f"sk-proj-{secrets.token_hex(16)}"
        base_url = f"{url}/v1"
        return OpenAI(api_key=api_key, base_url=base_url, max_retries=0, http_client=checking)

    return build


@pytest.fixture
def client(new_client: NewClient, key: str) -> OpenAI:
    return new_client(key)


@pytest.fixture
def unchecked(url: str, key: str, control: ControlClient) -> Iterator[OpenAI]:
    """The SDK alone, with `client`'s key: for bodies that a fault has spoiled."""
    assert control
    with OpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0, timeout=5) as client:
        yield client


@pytest.fixture
def http(url: str, key: str, control: ControlClient) -> Iterator[httpx2.Client]:
    """Plain HTTP with `client`'s key, for what the SDK does not show or would not send."""
    assert control
    headers = {"authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=url, headers=headers, timeout=10) as client:
        yield client
