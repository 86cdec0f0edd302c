"""What the state machine did, from the local Step Functions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from local.deploy.client import client

# What tells of an event beyond its type, whichever the event has.
TELLING = ("name", "error", "cause")
DETAILS = "EventDetails"


class Execution(NamedTuple):
    """One execution; `ended` is None while it runs."""

    name: str
    status: str
    began: datetime
    ended: datetime | None


class Event(NamedTuple):
    """One event of an execution. Its data stay out."""

    time: datetime
    kind: str
    about: str


class NoExecutionError(Exception):
    """No execution has that name."""


def told(endpoint: str, name: str, count: int) -> Iterator[str]:
    """The lines that tell of the newest executions or, with a name, of one step by step."""
    if name:
        for event in history(endpoint, name):
            yield f"{event.time:%H:%M:%S.%f}"[:-3] + f" {event.kind:<20} {event.about}".rstrip()
        return
    for each in executions(endpoint, count):
        took = f"{(each.ended - each.began).total_seconds():.0f} s" if each.ended else "so far"
        yield f"{each.began:%H:%M:%S} {each.status:<10} {took:>6} {each.name}"


def executions(endpoint: str, count: int) -> list[Execution]:
    """The newest executions of all state machines, newest first."""
    found = [
        Execution(each["name"], each["status"], each["startDate"], each.get("stopDate"))
        for each in _described(endpoint)
    ]
    return sorted(found, key=lambda each: each.began, reverse=True)[:count]


def history(endpoint: str, name: str) -> list[Event]:
    """What happened in the execution of that name, in order. Raises NoExecutionError."""
    arn = next(
        (each["executionArn"] for each in _described(endpoint) if each["name"] == name), None
    )
    if arn is None:
        raise NoExecutionError(f"There is no execution {name}.")
    pages = client("stepfunctions", endpoint).get_paginator("get_execution_history")
    return [
        Event(each["timestamp"], each["type"], _about(each))
        for page in pages.paginate(executionArn=arn, includeExecutionData=False)
        for each in page["events"]
    ]


def _described(endpoint: str) -> Iterator[dict[str, Any]]:
    states = client("stepfunctions", endpoint)
    for machine in states.list_state_machines()["stateMachines"]:
        pages = states.get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine["stateMachineArn"]):
            yield from page["executions"]


def _about(event: dict[str, Any]) -> str:
    details: dict[str, Any] = next((at for key, at in event.items() if key.endswith(DETAILS)), {})
    return " ".join(str(details[key]) for key in TELLING if details.get(key))
