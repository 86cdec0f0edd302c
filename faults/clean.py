"""Processes that nothing happens to: they show where there is something to be killed at."""

import time
from functools import partial
from typing import Any

from afterglow.bootstrap import ports
from afterglow.domain.models import RunState
from faults.acts import Send, by_protocol, looked_after, requested
from faults.boundaries import Json
from faults.catalogue import Boundaries, Points
from faults.mortals import Mortal
from faults.naive import by_the_usual_order
from faults.plan import NO_TROUBLE, Event, Role
from faults.tenants import Tenant

TRIES = 5


class BrokenHarnessError(Exception):
    """The harness could not do what it is for; its figures would say nothing."""


def clean_points(tenant: Tenant, *, is_naive: bool) -> Boundaries:
    """Return how many boundaries they pass. Raises BrokenHarnessError if they come to nothing."""
    send = by_the_usual_order if is_naive else by_protocol()
    # Here, so that children find everything imported.
    requested(send, tenant, tenant.question(tenant.new_thread(), "warm"))
    request = _undisturbed(tenant, send)
    if is_naive:
        return Boundaries(request, request[:1], request[:1])
    return Boundaries(request, *(_clean_look(tenant, role) for role in Role))


def _undisturbed(tenant: Tenant, send: Send) -> Points:
    """Return what a request passes that is answered in its time, as a busy machine's may not be."""
    for number in range(TRIES):
        passed, result = _clean_request(tenant, send, f"clean {number}")
        if result["state"] == RunState.COMPLETED:
            return passed
        # Or there would soon be no room for another.
        _bring_to_its_end(tenant.user_id, result["run"])
    raise BrokenHarnessError(f"no undisturbed request was answered: {result}")


def _clean_look(tenant: Tenant, role: Role) -> Points:
    _, told = _clean_request(tenant, by_protocol(is_async=True), f"clean {role}")
    run_id = told["run"]
    run = ports.runs().get(tenant.user_id, run_id)
    fate = Mortal.born(partial(looked_after, Event(role), run), NO_TROUBLE).end()
    _ensure(fate.result)
    _bring_to_its_end(tenant.user_id, run_id)
    return tuple(fate.boundaries)


def _bring_to_its_end(user_id: int, run_id: str) -> None:
    run = ports.runs().get(user_id, run_id)
    while not ports.runs().get(user_id, run_id).is_over:
        time.sleep(0.2)
        Mortal.born(partial(looked_after, Event(Role.POLLER), run), NO_TROUBLE).end()


def _clean_request(tenant: Tenant, send: Send, token: str) -> tuple[Points, Json]:
    question = tenant.question(tenant.new_thread(), token)
    fate = Mortal.born(partial(requested, send, tenant, question), NO_TROUBLE).end()
    result = _ensure(fate.result)
    if not result["accepted"]:
        raise BrokenHarnessError(f"an undisturbed request came to nothing: {result}")
    return tuple(fate.boundaries), result


def _ensure(result: dict[str, Any] | None) -> dict[str, Any]:
    if result is None or "job_failed" in result:
        raise BrokenHarnessError(f"an undisturbed process came to nothing: {result}")
    return result
