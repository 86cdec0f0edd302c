"""One local cloud for all end-to-end tests, and users who talk to it over HTTP."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.ports import Ports
from local.up import LocalCloud
from tests.e2e.headers import check_headers
from tests.e2e.visitor import Visitor
from tests.e2e.watch.cloud import WatchedCloud
from tests.e2e.watch.rights import rights_in
from tests.e2e.watch.search import searched
from tests.summary import LINES

LISTED = "https://app.example.com"
NewVisitor = Callable[[], Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud that is searched, when all is done, for whatever users sent.

    It enforces the roles of the template; nothing that a function tried may have been refused.
    """
    data, notes = tmp_path_factory.mktemp("cloud"), tmp_path_factory.mktemp("notes")
    parameters = {"AllowedOrigins": LISTED}
    with WatchedCloud(Ports.free(), data, notes, parameters=parameters) as running:
        yield running
        verdict, rights = searched(running), rights_in(running.cloud_notes)
    LINES.extend([str(verdict), str(rights)])
    assert sorted(verdict.leaks) == []
    assert sorted(rights.refused) == []


@pytest.fixture
def openai(cloud: LocalCloud) -> Iterator[ControlClient]:
    assert cloud.openai_url is not None
    with ControlClient(cloud.openai_url) as control:
        control.reset()
        yield control
        control.reset()


@pytest.fixture
def new_visitor(cloud: LocalCloud) -> Iterator[NewVisitor]:
    """Make someone who has not registered yet."""
    clients: list[httpx2.Client] = []

    def make() -> Visitor:
        hooks = {"response": [check_headers]}
        client = httpx2.Client(base_url=cloud.front_url, timeout=40, event_hooks=hooks)
        clients.append(client)
        return Visitor(client, f"user-{uuid.uuid4().hex[:12]}")

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Someone who has registered, with a key, an assistant and a thread, each with id 1."""
    someone = new_visitor()
    someone.settle_in()
    return someone
