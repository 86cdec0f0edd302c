"""The control API's part about files: how they are indexed, and what vanishes."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.control.indexing import IndexingRule
from local.openai.engine.removal import FILE, STORE, remove_file, remove_store
from local.openai.services import services_of
from local.openai.wire.errors import not_found
from local.openai.wire.tools import Strict
from local.openai.wire.validation import read_body


class Release(Strict):
    id: str | None = None


class Vanish(Strict):
    id: str


async def show_rules(request: Request) -> JSONResponse:
    return JSONResponse(services_of(request).controls.indexing.describe())


async def add_rule(request: Request) -> JSONResponse:
    rule = await read_body(request, IndexingRule)
    return JSONResponse(services_of(request).controls.indexing.add(rule).describe())


async def clear_rules(request: Request) -> JSONResponse:
    services_of(request).controls.indexing.clear()
    return JSONResponse({})


async def release(request: Request) -> JSONResponse:
    rules = services_of(request).controls.indexing
    rules.release((await read_body(request, Release)).id)
    return JSONResponse(rules.describe())


async def vanish(request: Request) -> JSONResponse:
    """As if its project had deleted it, or OpenAI had lost it."""
    services = services_of(request)
    object_id = (await read_body(request, Vanish)).id
    if stores := services.database.find(STORE, {"id": object_id}):
        remove_store(services, stores[0][0], object_id)
    elif services.database.find(FILE, {"id": object_id}):
        remove_file(services, object_id)
    else:
        raise not_found(f"No file or vector store has the id '{object_id}'.")
    return JSONResponse({})


ROUTES: Final = [
    Route("/_control/indexing", show_rules),
    Route("/_control/indexing", add_rule, methods=["POST"]),
    Route("/_control/indexing", clear_rules, methods=["DELETE"]),
    Route("/_control/indexing/release", release, methods=["POST"]),
    Route("/_control/vanish", vanish, methods=["POST"]),
]
