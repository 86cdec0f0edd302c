"""Boundaries around every call of this process, whoever makes it: no hooks in product code."""

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import httpx2
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from faults.aws_faults import operation_of, refusal, timeout
from faults.boundaries import Boundaries
from faults.plan import AwsKind

# Of the pieces of a stream every so many-th; one is much like the other.
_TELLING = 10
_sessions: WeakSet[URLLib3Session] = WeakSet()


def know_sessions() -> None:
    """Remember botocore's connections from now on, so that a fork may forget them."""
    real: Callable[..., None] = URLLib3Session.__init__

    def remembered(self: URLLib3Session, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        _sessions.add(self)

    URLLib3Session.__init__ = remembered  # type: ignore[method-assign]


def forget_connections() -> None:
    """Close what was open before the fork: it is the parent's."""
    for session in _sessions:
        session.close()


def intercept(boundaries: Boundaries) -> None:
    """Have every call to AWS and to OpenAI cross a boundary before it and before its reply."""
    _intercept_aws(boundaries)
    _intercept_http(boundaries)


def _intercept_aws(boundaries: Boundaries) -> None:
    real = URLLib3Session.send

    def send(self: URLLib3Session, request: Any) -> AWSResponse:
        operation = operation_of(request)
        boundaries.cross(f"before {operation}")
        fault = boundaries.fault_of(operation)
        if fault is not None and fault.kind is AwsKind.TIMEOUT_BEFORE:
            raise timeout(request)
        if fault is not None and fault.kind is not AwsKind.LOST_REPLY:
            return refusal(fault.kind, request)
        response = real(self, request)
        boundaries.cross(f"after {operation}")
        if fault is not None:
            raise timeout(request)
        return response

    URLLib3Session.send = send  # type: ignore[method-assign]


def _intercept_http(boundaries: Boundaries) -> None:
    real = httpx2.HTTPTransport.handle_request

    def handle(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        name = f"upstream {request.method}"
        boundaries.cross(f"before {name}")
        response = real(self, request)
        boundaries.cross(f"after {name}")
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_Heard(response.stream, boundaries, name),
            extensions=response.extensions,
        )

    httpx2.HTTPTransport.handle_request = handle  # type: ignore[method-assign]


class _Heard(httpx2.SyncByteStream):
    """An answer each piece of which may come too late."""

    def __init__(self, stream: Any, boundaries: Boundaries, name: str) -> None:
        self._stream = stream
        self._boundaries = boundaries
        self._name = name

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self._stream):
            # The first names the Response, the second comes after that was noted.
            if number == 0 and self._name == "upstream POST":
                self._boundaries.begin(piece)
            if number < 2 or number % _TELLING == 0:  # noqa: PLR2004
                self._boundaries.cross(f"within {self._name}")
            yield piece

    def close(self) -> None:
        self._stream.close()
