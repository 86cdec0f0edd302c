"""The command in this process: on moto and a stack of one function, or on a service of HTTP."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from typer.testing import CliRunner, Result

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import User
from afterglow_cli.app import app
from tests.cli.cloud import PASSWORD, Cloud
from tests.cli.serving import serving
from tests.examples import a_session, a_user
from tests.tables import empty_tables
from tests.wiretap import Fault, Wiretap, answering

STACK = """<DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail>
<LogicalResourceId>AuthFunction</LogicalResourceId>
<PhysicalResourceId>afterglow-dev-AuthFunction-X1</PhysicalResourceId>
</StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>"""

Afterglow = Callable[..., Result]


class Stack:
    """What is deployed, and what was asked of it."""

    def __init__(self) -> None:
        self.variables = dict(os.environ)
        self.description: Fault = answering(STACK)
        self.refusal: Fault | None = None
        self.asked: list[str] = []

    def describe(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        """Tell which function it is."""
        self.asked.append(f"{request.url} {request.body!r}")
        return self.description(event_name, request)

    def configuration(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        """Tell what the function is told."""
        self.asked.append(request.url)
        told = {"Environment": {"Variables": self.variables}}
        answer = self.refusal or answering(json.dumps(told))
        return answer(event_name, request)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Undo what the command does to the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def stack(aws: Wiretap) -> Iterator[Stack]:
    """Return the one stack there is. Its tables are empty."""
    empty_tables()
    stack = Stack()
    with (
        aws.breaking("DescribeStackResource", stack.describe),
        aws.breaking("GetFunctionConfiguration", stack.configuration),
    ):
        yield stack


@pytest.fixture
def afterglow(stack: Stack) -> Afterglow:
    """Run the command."""
    assert stack.asked == []
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.fixture
def ada(stack: Stack) -> User:
    """Return a user of the deployment."""
    assert stack.asked == []
    user = a_user(username="ada")
    DynamoAccountRepository().create(user, a_session(user))
    return user


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the command keeps its session, and have it ask nobody."""
    home = tmp_path / "configuration"
    monkeypatch.setenv("AFTERGLOW_CONFIG", str(home))
    for name in ("AFTERGLOW_PASSWORD", "AFTERGLOW_URL", "AFTERGLOW_USERNAME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def cloud(home: Path) -> Iterator[Cloud]:
    """Return the service there is. Nobody is signed in."""
    assert not home.exists()
    cloud = Cloud()
    with serving(cloud.app()) as url:
        cloud.url = url
        yield cloud


@pytest.fixture
def signed_in(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Return the service there is. Ada is signed in."""
    monkeypatch.setenv("AFTERGLOW_PASSWORD", PASSWORD)
    assert run("login", "--url", cloud.url, "--username", "ada").exit_code == 0
    monkeypatch.delenv("AFTERGLOW_PASSWORD")
    cloud.requests.clear()
    return cloud


def run(*arguments: str) -> Result:
    """Run the command, which has no terminal."""
    return CliRunner().invoke(app, list(arguments))
