"""`/v1/vector_stores` and their search."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.engine.removal import remove_store
from local.openai.retrieval.search import Query
from local.openai.routes.files import existing as existing_file
from local.openai.services import Services, caller
from local.openai.store.pages import page_request
from local.openai.wire import Json
from local.openai.wire.errors import invalid, vector_store_not_found
from local.openai.wire.objects import (
    deleted,
    used_now,
    vector_store_file,
    vector_store_object,
    with_expiry,
    with_files,
)
from local.openai.wire.requests import AttachFile, CreateVectorStore, Search, UpdateVectorStore
from local.openai.wire.validation import read_body


async def create_vector_store(request: Request) -> JSONResponse:
    services, project = caller(request)
    body = await read_body(request, CreateVectorStore)
    for file_id in body.file_ids or ():
        existing_file(services, project, file_id)
    store = vector_store_object(body)
    services.database.insert("vector_store", project, store)
    for file_id in body.file_ids or ():
        attached = AttachFile(file_id=file_id, chunking_strategy=body.chunking_strategy)
        services.indexer.attach(project, vector_store_file(store["id"], attached))
    return JSONResponse(current(services, project, store))


async def list_vector_stores(request: Request) -> JSONResponse:
    services, project = caller(request)
    page = services.database.page("vector_store", project, page_request(request.query_params))
    page["data"] = [current(services, project, store) for store in page["data"]]
    return JSONResponse(page)


async def get_vector_store(request: Request) -> JSONResponse:
    services, project = caller(request)
    return JSONResponse(current(services, project, existing(services, project, request)))


async def update_vector_store(request: Request) -> JSONResponse:
    services, project = caller(request)
    store = existing(services, project, request)
    body = await read_body(request, UpdateVectorStore)
    if body.name is not None:
        store["name"] = body.name
    if body.metadata is not None:
        store["metadata"] = body.metadata
    store = with_expiry(used_now(store), body.expires_after)
    services.database.update("vector_store", store)
    return JSONResponse(current(services, project, store))


async def delete_vector_store(request: Request) -> JSONResponse:
    services, project = caller(request)
    store_id = existing(services, project, request)["id"]
    remove_store(services, project, store_id)
    return JSONResponse(deleted(store_id, "vector_store.deleted"))


async def search_vector_store(request: Request) -> JSONResponse:
    services, project = caller(request)
    store = current(services, project, existing(services, project, request))
    body = await read_body(request, Search)
    if store["status"] == "expired":
        raise invalid(f"Vector store {store['id']} is expired.")
    services.indexer.touch(project, store["id"])
    questions = [body.query] if isinstance(body.query, str) else body.query
    threshold = body.ranking_options.score_threshold
    query = Query(" ".join(questions), body.max_num_results, body.filters, threshold)
    hits = await services.searcher.search(project, [store["id"]], query)
    data = [
        {
            "file_id": hit.file_id,
            "filename": hit.filename,
            "score": hit.score,
            "attributes": hit.attributes,
            "content": [{"type": "text", "text": hit.text}],
        }
        for hit in hits
    ]
    return JSONResponse(result_page("search_results", data, search_query=questions))


def result_page(kind: str, data: list[Json], **more: object) -> Json:
    page = {"object": f"vector_store.{kind}.page", "data": data}
    return {**page, **more, "has_more": False, "next_page": None}


def existing(services: Services, project: str, request: Request) -> Json:
    store_id = request.path_params["vector_store_id"]
    store = services.database.get("vector_store", project, store_id)
    if store is None:
        raise vector_store_not_found(store_id)
    return store


def current(services: Services, project: str, store: Json) -> Json:
    fresh = services.database.get("vector_store", project, store["id"]) or store
    files = services.database.children("vector_store.file", project, store["id"])
    return with_files(fresh, files)


PATH: Final = "/v1/vector_stores/{vector_store_id}"
ROUTES: Final = [
    Route("/v1/vector_stores", list_vector_stores),
    Route("/v1/vector_stores", create_vector_store, methods=["POST"]),
    Route(PATH, get_vector_store),
    Route(PATH, update_vector_store, methods=["POST"]),
    Route(PATH, delete_vector_store, methods=["DELETE"]),
    Route(f"{PATH}/search", search_vector_store, methods=["POST"]),
]
