"""The command in this process, on moto and a stack of one function."""

import json
import os
from collections.abc import Callable, Iterator

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from typer.testing import CliRunner, Result

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import User
from afterglow_cli.app import app
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
