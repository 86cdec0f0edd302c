"""The control API, for tests only: no key, JSON in and out. `control_client` speaks it.

| Call | Body → answer |
|---|---|
| `GET /_control/faults` | → `{"faults": [{"id", "applied", "rule"}]}` |
| `POST /_control/faults` | a rule (`control.faults.FaultRule`) → `{"id", "applied", "rule"}` |
| `DELETE /_control/faults` | all rules go |
| `GET /_control/script` | → `{"plans": [...]}` not yet taken |
| `POST /_control/script` | a plan (`control.plans.ResponsePlan`) is queued |
| `DELETE /_control/script` | all plans go |
| `GET /_control/settings` | → `{"response_seconds", "indexing_seconds", "hold", …}` |
| `PATCH /_control/settings` | any of them → all of them |
| `POST /_control/responses/{id}/hold` | it ends only when released |
| `POST /_control/responses/{id}/release` | `{}` or a plan with another ending; it ends now |
| `GET /_control/indexing` | → `{"rules": [{"id", "files", "held", "rule"}]}` |
| `POST /_control/indexing` | a rule (`control.indexing.IndexingRule`) → it |
| `POST /_control/indexing/release` | `{}` or `{"id"}` of a rule: what it holds goes on |
| `DELETE /_control/indexing` | all these rules go, what they hold goes on |
| `POST /_control/vanish` | `{"id"}` of a file or vector store: it is gone |
| `GET /_control/journal` | → `{"calls": [{"sequence", "at", "method", "path", "query", …}]}` |
| `DELETE /_control/journal` | forget the calls |
| `GET /_control/audit` | → `{"runs": {run_id: …}, "remaining": [{"id", "run", "status", …}]}` |
| `GET /_control/objects` | → `{"objects": [{"project", "object", "parent", "id"}]}`, all keys' |
| `POST /_control/reset` | rules, plans, settings, journal to their beginnings |
| `POST /_control/reset?objects=true` | and every object is gone |

`key` and `project` are the first 16 hex digits of the key's SHA-256.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.control.faults import FaultRule
from local.openai.control.plans import ResponsePlan
from local.openai.control.settings import Settings
from local.openai.services import Controls, Services, services_of
from local.openai.store.records import RUNNING
from local.openai.wire import Json
from local.openai.wire.errors import ApiError, invalid, response_not_found
from local.openai.wire.validation import parse, read_body

Describe = Callable[[Controls], Json]
Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def shown(describe: Describe) -> Endpoint:
    async def show(request: Request) -> JSONResponse:
        return JSONResponse(describe(services_of(request).controls))

    return show


def cleared(clear: Callable[[Controls], None]) -> Endpoint:
    async def forget(request: Request) -> JSONResponse:
        clear(services_of(request).controls)
        return JSONResponse({})

    return forget


async def add_fault(request: Request) -> JSONResponse:
    rule = await read_body(request, FaultRule)
    return JSONResponse(services_of(request).controls.faults.add(rule).describe())


async def add_plan(request: Request) -> JSONResponse:
    plan = await read_body(request, ResponsePlan)
    services_of(request).controls.script.plans.append(plan)
    return JSONResponse(plan.model_dump())


async def change_settings(request: Request) -> JSONResponse:
    settings = services_of(request).controls.settings
    patch = await request.json()
    for name, value in parse(Settings, {**settings.model_dump(), **patch}):
        setattr(settings, name, value)
    return JSONResponse(settings.model_dump())


async def hold_response(request: Request) -> JSONResponse:
    services, record = running(request)
    return JSONResponse(services.runner.reschedule(record, None)["response"])


async def release_response(request: Request) -> JSONResponse:
    services, record = running(request)
    plan = await read_body(request, ResponsePlan)
    changed = plan.model_dump() if plan.model_fields_set else None
    record = services.runner.reschedule(record, time.time(), changed)
    return JSONResponse(record["response"])


def running(request: Request) -> tuple[Services, Json]:
    services = services_of(request)
    response_id = request.path_params["response_id"]
    found = services.records.owner(response_id)
    if found is None:
        raise response_not_found(response_id)
    if found[1]["state"] != RUNNING:
        raise already_ended(response_id)
    return services, found[1]


def already_ended(response_id: str) -> ApiError:
    return invalid(f"Response with id '{response_id}' has ended.")


async def show_audit(request: Request) -> JSONResponse:
    services = services_of(request)
    return JSONResponse(services.controls.audit.describe(services.records.every()))


async def list_objects(request: Request) -> JSONResponse:
    return JSONResponse({"objects": services_of(request).database.inventory()})


async def reset(request: Request) -> JSONResponse:
    services = services_of(request)
    services.controls.reset()
    if request.query_params.get("objects") == "true":
        for _, record in services.records.running():
            services.runner.delete(record["id"])
        services.database.wipe()
        services.contents.wipe()
        services.controls.names.known.clear()
    return JSONResponse({})


RESPONSE: Final = "/_control/responses/{response_id}"
ROUTES: Final = [
    Route("/_control/faults", shown(lambda controls: controls.faults.describe())),
    Route("/_control/faults", add_fault, methods=["POST"]),
    Route("/_control/faults", cleared(lambda c: c.faults.active.clear()), methods=["DELETE"]),
    Route("/_control/script", shown(lambda controls: controls.script.describe())),
    Route("/_control/script", add_plan, methods=["POST"]),
    Route("/_control/script", cleared(lambda c: c.script.plans.clear()), methods=["DELETE"]),
    Route("/_control/settings", shown(lambda controls: controls.settings.model_dump())),
    Route("/_control/settings", change_settings, methods=["PATCH"]),
    Route(f"{RESPONSE}/hold", hold_response, methods=["POST"]),
    Route(f"{RESPONSE}/release", release_response, methods=["POST"]),
    Route("/_control/journal", shown(lambda controls: controls.journal.describe())),
    Route("/_control/journal", cleared(lambda c: c.journal.calls.clear()), methods=["DELETE"]),
    Route("/_control/audit", show_audit),
    Route("/_control/objects", list_objects),
    Route("/_control/reset", reset, methods=["POST"]),
]
