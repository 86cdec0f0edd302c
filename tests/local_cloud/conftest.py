"""The local cloud with a small application of its own that shows what reaches a function."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from local.ports import Ports
from local.up import LocalCloud

APP = Path(__file__).parent / "app"
# Nobody answers there; the application asks no upstream.
NO_UPSTREAM = "http://127.0.0.1:1/v1"
NewCloud = Callable[[Path], LocalCloud]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts servers."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and "app" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the application that a test may edit."""
    folder = tmp_path_factory.mktemp("app") / "project"
    shutil.copytree(APP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def new_cloud(app: Path) -> Iterator[NewCloud]:
    """Make a cloud, not started, that keeps its state in a folder."""
    made: list[LocalCloud] = []

    def make(data: Path) -> LocalCloud:
        template = app / "template.yaml"
        cloud = LocalCloud(Ports.free(), data, openai_base_url=NO_UPSTREAM, template=template)
        made.append(cloud)
        return cloud

    yield make
    for cloud in made:
        cloud.stop()


@pytest.fixture(scope="module")
def cloud(new_cloud: NewCloud, tmp_path_factory: pytest.TempPathFactory) -> LocalCloud:
    return new_cloud(tmp_path_factory.mktemp("cloud")).start()


@pytest.fixture(scope="module")
def http(cloud: LocalCloud) -> Iterator[httpx2.Client]:
    """A client of the front."""
    with httpx2.Client(base_url=cloud.front_url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def ports() -> Ports:
    """The ports of a command that is told the first."""
    return Ports.free()
