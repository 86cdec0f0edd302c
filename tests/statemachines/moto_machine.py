"""The definition on moto's interpreter, which is LocalStack's: no waits, tasks are Python calls."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import DefaultConfig
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

from tests.statemachines.histories import DEFINITION, History, finished

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:poller"
ROLE = "arn:aws:iam::123456789012:role/run-poller"
CONFIG: DefaultConfig = {
    "lambda": {"use_docker": False},
    "stepfunctions": {"execute_state_machine": True},
}
Task = Callable[[dict[str, Any]], object]


class KilledError(Exception):
    """The process of a function is no more."""


@dataclass(slots=True)
class MotoMachine:
    """Runs a definition, and notes for how long it would have waited. Inside `mock_aws`."""

    definition: Path = DEFINITION
    passing: Callable[[float], None] = lambda _: None
    waits: list[float] = field(default_factory=list)

    def run(self, task: Task, asked: str, *, patience: float = 60) -> History:
        """Execute the definition with a task for the poller function."""
        client = boto3.client("stepfunctions")
        with _calling(task), self._without_waits():
            execution = client.start_execution(
                stateMachineArn=_created(client, self.definition),
                name=uuid.uuid4().hex,
                input=asked,
            )
            return finished(client, execution["executionArn"], patience=patience)

    @contextmanager
    def _without_waits(self) -> Iterator[None]:
        def wait(_: object, env: object, wait_seconds: float) -> None:  # noqa: ARG001
            self._pass(wait_seconds)

        sleeping = SimpleNamespace(sleep=self._pass)
        with (
            patch.object(WaitFunction, "_wait_interval", wait),
            patch.object(retrier_decl, "time", sleeping),
        ):
            yield

    def _pass(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passing(seconds)


def _created(client: "SFNClient", path: Path) -> str:
    definition = re.sub(r"\$\{\w+FunctionArn\}", FUNCTION, path.read_text())
    name = uuid.uuid4().hex
    made = client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
    return made["stateMachineArn"]


@contextmanager
def _calling(task: Task) -> Iterator[None]:
    """Have a function called `poller` that is a Python call, its errors told as Lambda does."""

    def invoke(
        _: object,
        function_name: str,
        qualifier: str | None,  # noqa: ARG001
        body: str,
        headers: object,  # noqa: ARG001
        response_headers: dict[str, str],
    ) -> bytes:
        assert function_name in {FUNCTION, "poller"}
        try:
            answer = task(json.loads(body))
        except KilledError:
            answer = {"errorType": "Runtime.ExitError", "errorMessage": "exit status 3"}
        except Exception as error:  # noqa: BLE001 - as Lambda's runtime
            answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
        else:
            return json.dumps(answer).encode()
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps(answer).encode()

    with patch.object(LambdaSimpleBackend, "invoke", invoke):
        yield
