"""REST proxy events, as API Gateway sends them."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any


def event(
    method: str,
    path: str,
    body: object = None,
    *,
    raw: str | None = None,
    cookie: str | None = None,
    headers: Mapping[str, str] | None = None,
    resource: str | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a request. `body` becomes JSON; `raw` is sent as it is."""
    sent = raw if raw is not None else None if body is None else json.dumps(body)
    all_headers = {"Host": "127.0.0.1"} | dict(headers or {})
    if sent is not None:
        all_headers.setdefault("Content-Type", "application/json")
    if cookie is not None:
        all_headers["Cookie"] = cookie
    return {
        "resource": resource or path,
        "path": path,
        "httpMethod": method,
        "headers": all_headers,
        "multiValueHeaders": {name: [value] for name, value in all_headers.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": query and {name: [query[name]] for name in query},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "requestTimeEpoch": int(time.time() * 1000),
            "identity": {"sourceIp": "127.0.0.1"},
            "domainName": "api.example.com",
            "stage": "local",
            "path": f"/local{path}",
        },
        "body": sent,
        "isBase64Encoded": False,
    }


@dataclass(frozen=True, slots=True)
class Context:
    """As much of Lambda's context as is used."""

    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_name: str = "test"
    milliseconds_left: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may go on."""
        return self.milliseconds_left


@dataclass(frozen=True, slots=True)
class Answer:
    """A proxy response, read."""

    status: int
    headers: dict[str, list[str]]
    body: Any

    @classmethod
    def of(cls, response: Mapping[str, Any]) -> "Answer":
        """Read a handler's return value."""
        headers, body = response["multiValueHeaders"], response["body"]
        is_json = body and headers["Content-Type"][0].startswith("application/json")
        return cls(response["statusCode"], headers, json.loads(body) if is_json else body)

    def cookie(self) -> str:
        """Return what a browser would send back."""
        jar: SimpleCookie = SimpleCookie()
        for line in self.headers["Set-Cookie"]:
            jar.load(line)
        return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
