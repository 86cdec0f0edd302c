"""How much longer a warm handler takes than its own calls to AWS."""

import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.cold import UnexpectedAnswerError
from benchmarks.figures import Figure
from benchmarks.start.cases import OF_AWS
from benchmarks.start.environment import BUILD, LAYERS, Code, running
from benchmarks.start.runtime_api import RuntimeApi
from benchmarks.start.tenant import UNLIMITED, Tenant
from local.ports import Ports
from local.up import LocalCloud

GROUP = "warm time"
GOAL = 1.3
TIMES = 200
# What the first requests make is not counted.
WARMING = 20
REDIRECTS = 300
# A function, and what it is asked: with one call to AWS, some, and writes.
ASKED: tuple[tuple[str, str, str, str, object], ...] = (
    ("AuthFunction", "GET", "/api/user", "/api/user", None),
    ("AssistantsFunction", "GET", "/api/assistants", "/api/assistants", None),
    (
        "ThreadsFunction",
        "GET",
        "/api/threads/1/messages",
        "/api/threads/{thread_id}/messages",
        None,
    ),
    (
        "AssistantsFunction",
        "PATCH",
        "/api/assistants/1",
        "/api/assistants/{assistant_id}",
        {"name": "Other"},
    ),
    ("ThreadsFunction", "POST", "/api/thread/new", "/api/thread/new", {"assistantId": 1}),
)


def measure(times: int = TIMES) -> list[Figure]:
    """Return the ratio for each route. Raises NoAnswerError, UnexpectedAnswerError."""
    with (
        tempfile.TemporaryDirectory() as data,
        LocalCloud(Ports.free(), Path(data), parameters=UNLIMITED) as cloud,
    ):
        tenant = Tenant.settled(cloud)
        variables = json.loads((cloud.data / "sam-local.json").read_text())
        return [
            _figure(
                f"{method} {resource}",
                list(
                    _answers(
                        _timed(function, variables[function]),
                        (tenant, method, path, body, resource),
                        times,
                    )
                ),
            )
            for function, method, path, resource, body in ASKED
        ]


def _timed(function: str, variables: dict[str, str]) -> Code:
    told = {**variables, **OF_AWS, "MEASURED_FUNCTION": str(BUILD / function)}
    return Code.stack("timed", LAYERS, told)


def _answers(
    code: Code, asked: tuple[Tenant, str, str, object, str], times: int
) -> Iterator[dict[str, Any]]:
    tenant, method, path, body, resource = asked
    with RuntimeApi() as api, running(code, api):
        for number in range(WARMING + times):
            api.ask(tenant.event(method, path, body, resource=resource))
            _, answer = api.answer()
            if answer["statusCode"] >= REDIRECTS:
                raise UnexpectedAnswerError(f"{method} {path}: {answer}")
            if number >= WARMING:
                yield answer


def _figure(what: str, answers: list[dict[str, Any]]) -> Figure:
    whole = statistics.median(each["whole"] for each in answers)
    aws = statistics.median(each["aws"] for each in answers)
    ratio = statistics.median(each["whole"] / each["aws"] for each in answers)
    detail = {
        "median_ms": round(whole, 2),
        "aws_ms": round(aws, 2),
        "aws_calls": answers[0]["calls"],
        "requests": len(answers),
    }
    return Figure(GROUP, what, ratio, "x", goal=GOAL, detail=detail)
