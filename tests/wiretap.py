"""AWS calls between botocore and moto: to be seen, or to go wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from botocore.handlers import BUILTIN_HANDLERS
from moto.core.models import botocore_stubber

from tests.mortality import Killed, Life

Fault = Callable[[str, AWSPreparedRequest], AWSResponse]


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One call, with its parameters as sent."""

    service: str
    operation: str
    parameters: dict[str, Any]


def _parameters(request: AWSPreparedRequest) -> dict[str, Any]:
    parameters: dict[str, Any] = json.loads(request.body)  # type: ignore[arg-type] # never a file
    return parameters


class _Body(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


class Wiretap:
    """Sits where moto sat, hands on to moto what it does not spoil."""

    def __init__(self) -> None:
        self.calls: list[AwsCall] = []
        self._faults: list[tuple[str, Fault]] = []
        self._broken: dict[str, Fault] = {}
        self._life: Life | None = None

    def __call__(
        self, event_name: str, request: AWSPreparedRequest, **_: object
    ) -> AWSResponse | None:
        """Take botocore's `before-send` event."""
        service, operation = event_name.split(".")[1:]
        if service in {"dynamodb", "kms", "secrets-manager", "sfn", "sqs"}:
            self.calls.append(AwsCall(service, operation, _parameters(request)))
        elif service == "s3":
            # Bodies are contents or XML: what is meant is in the address, of many in the body.
            source = request.headers.get("x-amz-copy-source")
            few = request.body if operation == "DeleteObjects" else b""
            meant = {"url": request.url, "source": source, "few": few}
            self.calls.append(AwsCall(service, operation, meant))
        if self._life is not None:
            return self._life.through(lambda: undisturbed(event_name, request))
        for index, (spoiled, fault) in enumerate(self._faults):
            if spoiled == operation:
                del self._faults[index]
                return fault(event_name, request)
        if operation in self._broken:
            return self._broken[operation](event_name, request)
        return botocore_stubber(event_name, request)

    def outlived(self, life: Life, work: Callable[[], object]) -> bool:
        """Do some work in a process that may end at a call, and tell whether it got to the end."""
        self._life = life
        try:
            work()
        except Killed:
            return False
        finally:
            self._life = None
        return True

    @contextmanager
    def breaking(self, operation: str, fault: Fault) -> Iterator[None]:
        """Let every call of an operation go wrong."""
        self._broken[operation] = fault
        try:
            yield
        finally:
            del self._broken[operation]

    @contextmanager
    def spoiling(self, operation: str, *faults: Fault) -> Iterator[None]:
        """Let the next calls of an operation go wrong, each in its way, and see that they did."""
        planned = [(operation, fault) for fault in faults]
        self._faults += planned
        try:
            yield
        finally:
            left = [fault for fault in self._faults if fault in planned]
            self._faults = [fault for fault in self._faults if fault not in planned]
        assert not left, f"{len(left)} faults of {operation} were never met"

    def during(self, work: Callable[[], object]) -> list[AwsCall]:
        """Return the calls that some work makes."""
        before = len(self.calls)
        work()
        return self.calls[before:]


def refusing(code: str, status: int = 400, **fields: object) -> Fault:
    """Return the fault of a call that AWS answers with an error; nothing is done."""

    def fault(_: str, request: AWSPreparedRequest) -> AWSResponse:
        body = {"__type": f"com.amazonaws#{code}", "message": code, **fields}
        return AWSResponse(request.url, status, HTTPHeaders(), _Body(json.dumps(body).encode()))

    return fault


def answering(body: str, status: int = 200) -> Fault:
    """Return what has AWS give an answer of ours: moto lacks most of some services."""

    def fault(_: str, request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, HTTPHeaders(), _Body(body.encode()))

    return fault


def conflicting() -> Fault:
    """Return the fault of a transaction that meets another one: no emulator produces it."""
    reasons = [{"Code": "TransactionConflict", "Message": "conflict"}, {"Code": "None"}]
    return refusing("TransactionCanceledException", CancellationReasons=reasons)


def undisturbed(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
    """Do what was asked: a step of a plan in which a later one goes wrong."""
    response = botocore_stubber(event_name, request)
    assert response is not None
    return response


def losing_the_reply(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
    """Do what was asked, and cut the connection before the reply."""
    undisturbed(event_name, request)
    raise ConnectionClosedError(endpoint_url=request.url)


BUILTIN_HANDLERS.remove(("before-send", botocore_stubber))
wiretap = Wiretap()
BUILTIN_HANDLERS.append(("before-send", wiretap))
