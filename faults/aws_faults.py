"""AWS going wrong, as botocore sees it."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from faults.plan import AwsKind

_TRANSACTION = "TransactWriteItems"


def operation_of(request: AWSPreparedRequest) -> str:
    """Return what a request asks for: an operation of a JSON service, else method and bucket."""
    target = request.headers.get("X-Amz-Target")
    if target is None:
        return f"S3 {request.method}"
    text = target.decode() if isinstance(target, bytes) else str(target)
    return text.rpartition(".")[2]


def refusal(kind: AwsKind, request: AWSPreparedRequest) -> AWSResponse:
    """Return AWS's answer to a call of which nothing was done."""
    match kind:
        case AwsKind.THROTTLED:
            return _error(request, 400, "ThrottlingException")
        case AwsKind.CONFLICT if operation_of(request) == _TRANSACTION:
            reasons = [{"Code": "TransactionConflict", "Message": "conflict"}, {"Code": "None"}]
            return _error(request, 400, "TransactionCanceledException", CancellationReasons=reasons)
        case AwsKind.CONFLICT:
            return _error(request, 400, "TransactionConflictException")
    return _error(request, 500, "InternalServerError")


def timeout(request: AWSPreparedRequest) -> ReadTimeoutError:
    """Return what is raised when no reply comes."""
    return ReadTimeoutError(endpoint_url=request.url)


class _Body(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _error(request: AWSPreparedRequest, status: int, code: str, **fields: Any) -> AWSResponse:
    body = {"__type": f"com.amazonaws#{code}", "message": code, **fields}
    raw = _Body(json.dumps(body).encode())
    return AWSResponse(request.url, status, HTTPHeaders(), raw)
