"""What is asked of a function that has just been started, ours and others'."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.start.environment import LAYERS, TOOLS, Code
from benchmarks.start.tenant import Tenant
from local.up import LocalCloud
from local.upstream import STAND_IN_KEY

OF_AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
BASELINE_READ, BASELINE_CHAT = "baseline, a read", "baseline, a message"
FLOOR, FLOOR_OPENAI = "floor", "floor with OpenAI's client"
MESSAGE = {"threadId": 1, "message": "Say something short."}
# By function: the request of its own that is asked first.
READS: dict[str, tuple[str, str, str]] = {
    "AuthFunction": ("GET", "/api/user", "/api/user"),
    "AssistantsFunction": ("GET", "/api/assistants", "/api/assistants"),
    "ThreadsFunction": (
        "GET",
        "/api/threads/1/messages",
        "/api/threads/{thread_id}/messages",
    ),
    "RunsFunction": ("GET", "/api/threads/1/runs", "/api/threads/{thread_id}/runs"),
    "FilesFunction": ("GET", "/api/files", "/api/files"),
    "DocsFunction": ("GET", "/openapi.json", "/openapi.json"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is started, what it is asked, and which measurement it is held against, if any."""

    code: Code
    event: Callable[[], dict[str, Any]]
    against: str | None = None
    goal: float | None = None


def cases(cloud: LocalCloud, goals: tuple[float, float]) -> dict[str, Case]:
    """Return them by name. `goals` are those of functions without OpenAI, and with it."""
    tenant = Tenant.settled(cloud)
    variables = json.loads((cloud.data / "sam-local.json").read_text())
    return _others(tenant, variables["ChatFunction"] | OF_AWS) | _ours(tenant, variables, goals)


def _others(tenant: Tenant, variables: Mapping[str, str]) -> dict[str, Case]:
    told = {**variables, "BASELINE_OPENAI_KEY": STAND_IN_KEY}
    with_client = {**variables, "FLOOR_OPENAI_KEY": STAND_IN_KEY}
    baseline = Code.stack("baseline", (TOOLS / "baseline",), told)

    def read() -> dict[str, Any]:
        return tenant.event("GET", "/user")

    return {
        BASELINE_READ: Case(baseline, read),
        BASELINE_CHAT: Case(baseline, lambda: tenant.event("POST", "/chat", MESSAGE)),
        FLOOR: Case(Code.stack("floor", LAYERS[:1], variables), read, BASELINE_READ),
        FLOOR_OPENAI: Case(Code.stack("floor", LAYERS[:1], with_client), read, BASELINE_READ),
    }


def _ours(
    tenant: Tenant, variables: Mapping[str, Mapping[str, str]], goals: tuple[float, float]
) -> dict[str, Case]:
    def built(function: str, **more: str) -> Code:
        return Code.built(function, {**variables[function], **OF_AWS, **more})

    def reading(method: str, path: str, resource: str) -> Callable[[], dict[str, Any]]:
        return lambda: tenant.event(method, path, resource=resource)

    without, with_openai = goals
    found = {
        f"{function}, a read": Case(built(function), reading(*asked), BASELINE_READ, without)
        for function, asked in READS.items()
    }

    def message() -> dict[str, Any]:
        return tenant.event("POST", "/api/chat", MESSAGE)

    chat = built("ChatFunction")
    found["ChatFunction, a message"] = Case(chat, message, BASELINE_CHAT, with_openai)
    restored = built("ChatFunction", AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")
    found["ChatFunction, a message, from a snapshot"] = Case(restored, message, BASELINE_CHAT)
    found["SettingsFunction, a key that is checked"] = Case(
        built("SettingsFunction"),
        lambda: tenant.event("POST", "/api/settings/apikey", {"apiKey": STAND_IN_KEY}),
        BASELINE_CHAT,
        with_openai,
    )
    return found
