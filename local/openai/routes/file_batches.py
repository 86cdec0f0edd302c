"""`/v1/vector_stores/{id}/file_batches`."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.routes.files import existing as existing_file
from local.openai.routes.vector_store_files import FILE, existing, page_of_files
from local.openai.routes.vector_stores import PATH
from local.openai.routes.vector_stores import existing as existing_store
from local.openai.services import Services, caller
from local.openai.wire import Json
from local.openai.wire.errors import invalid
from local.openai.wire.objects import batch_with_files, file_batch, vector_store_file
from local.openai.wire.requests import AttachFile, CreateFileBatch
from local.openai.wire.validation import read_body

BATCH: Final = "vector_store.files_batch"


async def create_batch(request: Request) -> JSONResponse:
    services, project = caller(request)
    store = existing_store(services, project, request)
    body = await read_body(request, CreateFileBatch)
    wanted = batch_files(body)
    for file in wanted:
        existing_file(services, project, file.file_id)
    batch = file_batch(store["id"])
    services.database.insert(BATCH, project, batch, parent=store["id"])
    for file in wanted:
        attached = {**vector_store_file(store["id"], file), "batch_id": batch["id"]}
        services.indexer.attach(project, attached)
    return JSONResponse(current(services, project, batch))


def batch_files(body: CreateFileBatch) -> list[AttachFile]:
    if (body.file_ids is None) is (body.files is None):
        message = "Exactly one of 'file_ids' and 'files' must be provided."
        raise invalid(message, param="file_ids", code="mutually_exclusive_parameters")
    if body.files is not None:
        return body.files
    common = {"attributes": body.attributes, "chunking_strategy": body.chunking_strategy}
    return [AttachFile.model_validate({"file_id": id_, **common}) for id_ in body.file_ids or ()]


async def get_batch(request: Request) -> JSONResponse:
    services, project = caller(request)
    batch = existing(services, project, request, BATCH, "batch_id")
    return JSONResponse(current(services, project, batch))


async def list_batch_files(request: Request) -> JSONResponse:
    services, project = caller(request)
    batch = existing(services, project, request, BATCH, "batch_id")
    where = {"batch_id": batch["id"]}
    store_id = batch["vector_store_id"]
    return JSONResponse(page_of_files(services, project, store_id, request, where))


async def cancel_batch(request: Request) -> JSONResponse:
    services, project = caller(request)
    batch = existing(services, project, request, BATCH, "batch_id")
    for file in files_of(services, project, batch):
        if file["status"] == "in_progress":
            cancelled = {**file, "status": "cancelled"}
            services.database.update(FILE, cancelled, parent=batch["vector_store_id"])
            batch["status"] = "cancelled"
    services.database.update(BATCH, batch, parent=batch["vector_store_id"])
    return JSONResponse(current(services, project, batch))


def files_of(services: Services, project: str, batch: Json) -> list[Json]:
    files = services.database.children(FILE, project, batch["vector_store_id"])
    return [file for file in files if file.get("batch_id") == batch["id"]]


def current(services: Services, project: str, batch: Json) -> Json:
    return batch_with_files(batch, files_of(services, project, batch))


ROUTES: Final = [
    Route(f"{PATH}/file_batches", create_batch, methods=["POST"]),
    Route(f"{PATH}/file_batches/{{batch_id}}", get_batch),
    Route(f"{PATH}/file_batches/{{batch_id}}/cancel", cancel_batch, methods=["POST"]),
    Route(f"{PATH}/file_batches/{{batch_id}}/files", list_batch_files),
]
