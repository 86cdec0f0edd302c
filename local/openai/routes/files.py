"""`/v1/files`."""

import asyncio
import time
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from local.openai.engine.removal import remove_file
from local.openai.engine.uploads import new_file_id
from local.openai.services import Services, caller
from local.openai.store.pages import page_request
from local.openai.wire import Json
from local.openai.wire.errors import file_not_found, invalid
from local.openai.wire.objects import deleted, file_object

PURPOSES: Final = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
LARGEST: Final = 512 * 1024 * 1024
SHORTEST_LIFE, LONGEST_LIFE = 3_600, 2_592_000


async def create_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    async with request.form(max_files=1, max_fields=10) as form:
        upload, purpose = form.get("file"), form.get("purpose")
        if not isinstance(upload, UploadFile):
            message = "Missing required parameter: 'file'."
            raise invalid(message, param="file", code="missing_required_parameter")
        if purpose not in PURPOSES:
            message = f"'{purpose}' is not one of {list(PURPOSES)} - 'purpose'"
            raise invalid(message, param="purpose", code="invalid_value")
        body = await store(services, upload, purpose, expiry(form))
    request.scope["call"].body = {"purpose": purpose, "filename": body["filename"],
                                  "bytes": body["bytes"]}  # fmt: skip
    services.database.insert("file", project, body)
    services.controls.names.know(body["id"], body["filename"])
    return JSONResponse(body)


async def store(services: Services, upload: UploadFile, purpose: str, expires: int | None) -> Json:
    if not upload.size:
        raise invalid("File is empty.", param="file")
    if upload.size > LARGEST:
        raise invalid(f"File is too large. Maximum is {LARGEST} bytes.", param="file")
    file_id = new_file_id()
    size = await asyncio.to_thread(services.contents.write, file_id, upload.file)
    return file_object(
        file_id,
        filename=upload.filename or "upload",
        size=size,
        purpose=purpose,
        expires_at=expires,
    )


def expiry(form: FormData) -> int | None:
    seconds = form.get("expires_after[seconds]")
    if seconds is None:
        return None
    if not str(seconds).isdigit() or not SHORTEST_LIFE <= int(str(seconds)) <= LONGEST_LIFE:
        message = f"Invalid 'expires_after.seconds': from {SHORTEST_LIFE} to {LONGEST_LIFE}."
        raise invalid(message, param="expires_after.seconds", code="invalid_value")
    return int(time.time()) + int(str(seconds))


async def list_files(request: Request) -> JSONResponse:
    services, project = caller(request)
    purpose = request.query_params.get("purpose")
    page = page_request(request.query_params, default=10_000, most=10_000)
    where = {"purpose": purpose} if purpose else {}
    return JSONResponse(services.database.page("file", project, page, where=where))


async def get_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    return JSONResponse(existing(services, project, request.path_params["file_id"]))


async def get_content(request: Request) -> FileResponse:
    services, project = caller(request)
    body = existing(services, project, request.path_params["file_id"])
    if body["purpose"] == "assistants":
        raise invalid("Not allowed to download files of purpose: assistants")
    path = services.contents.path(body["id"])
    return FileResponse(path, media_type="application/octet-stream")


async def delete_file(request: Request) -> JSONResponse:
    services, project = caller(request)
    file_id = existing(services, project, request.path_params["file_id"])["id"]
    remove_file(services, file_id)
    return JSONResponse(deleted(file_id, "file"))


def existing(services: Services, project: str, file_id: str) -> Json:
    body = services.database.get("file", project, file_id)
    if body is None or body.get("expires_at", time.time() + 1) <= time.time():
        raise file_not_found(file_id)
    return body


ROUTES: Final = [
    Route("/v1/files", list_files),
    Route("/v1/files", create_file, methods=["POST"]),
    Route("/v1/files/{file_id}", get_file),
    Route("/v1/files/{file_id}", delete_file, methods=["DELETE"]),
    Route("/v1/files/{file_id}/content", get_content),
]
