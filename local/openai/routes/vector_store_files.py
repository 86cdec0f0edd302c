"""`/v1/vector_stores/{id}/files`."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.routes.files import existing as existing_file
from local.openai.routes.vector_stores import PATH, result_page
from local.openai.routes.vector_stores import existing as existing_store
from local.openai.services import Services, caller
from local.openai.store.pages import page_request
from local.openai.wire import Json
from local.openai.wire.errors import invalid, not_found
from local.openai.wire.objects import deleted, vector_store_file
from local.openai.wire.requests import AttachFile, UpdateAttributes
from local.openai.wire.validation import read_body

FILE: Final = "vector_store.file"
STATUSES: Final = frozenset({"in_progress", "completed", "failed", "cancelled"})


async def attach_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    store = existing_store(services, project, request)
    body = await read_body(request, AttachFile)
    existing_file(services, project, body.file_id)
    attached = vector_store_file(store["id"], body)
    return JSONResponse(public(services.indexer.attach(project, attached)))


async def list_files(request: Request) -> JSONResponse:
    services, project = caller(request)
    store = existing_store(services, project, request)
    return JSONResponse(page_of_files(services, project, store["id"], request, {}))


def page_of_files(
    services: Services, project: str, store_id: str, request: Request, where: dict[str, str]
) -> Json:
    if status := request.query_params.get("filter"):
        if status not in STATUSES:
            message = f"Invalid value: '{status}'. Supported values are: {sorted(STATUSES)}."
            raise invalid(message, param="filter", code="invalid_value")
        where = {**where, "status": status}
    asked = page_request(request.query_params)
    page = services.database.page(FILE, project, asked, parent=store_id, where=where)
    return {**page, "data": [public(file) for file in page["data"]]}


def public(file: Json) -> Json:
    """Without the batch it came with, which is our own note."""
    return {name: value for name, value in file.items() if name != "batch_id"}


async def get_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    return JSONResponse(public(existing(services, project, request, FILE, "file_id")))


async def update_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    attached = existing(services, project, request, FILE, "file_id")
    body = await read_body(request, UpdateAttributes)
    attached = {**attached, "attributes": body.attributes or {}}
    services.database.update(FILE, attached, parent=attached["vector_store_id"])
    return JSONResponse(public(attached))


async def get_content(request: Request) -> JSONResponse:
    services, project = caller(request)
    attached = existing(services, project, request, FILE, "file_id")
    texts = services.indexer.passages.of_file(attached["vector_store_id"], attached["id"])
    data = [{"type": "text", "text": text} for text in texts]
    return JSONResponse(result_page("file_content", data))


async def detach_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    attached = existing(services, project, request, FILE, "file_id")
    services.indexer.detach(attached["vector_store_id"], attached["id"])
    return JSONResponse(deleted(attached["id"], "vector_store.file.deleted"))


def existing(services: Services, project: str, request: Request, kind: str, name: str) -> Json:
    store = existing_store(services, project, request)
    object_id = request.path_params[name]
    body = services.database.get(kind, project, object_id, parent=store["id"])
    if body is None:
        message = f"No {kind} found with id '{object_id}' in vector store '{store['id']}'."
        raise not_found(message)
    return body


ROUTES: Final = [
    Route(f"{PATH}/files", list_files),
    Route(f"{PATH}/files", attach_file, methods=["POST"]),
    Route(f"{PATH}/files/{{file_id}}", get_file),
    Route(f"{PATH}/files/{{file_id}}", update_file, methods=["POST"]),
    Route(f"{PATH}/files/{{file_id}}", detach_file, methods=["DELETE"]),
    Route(f"{PATH}/files/{{file_id}}/content", get_content),
]
