"""`/v1/uploads`."""

from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai.services import caller
from local.openai.wire.errors import invalid
from local.openai.wire.uploads import (
    LARGEST_PART,
    CompleteUpload,
    CreateUpload,
    shown_part,
    shown_upload,
)
from local.openai.wire.validation import read_body


async def create_upload(request: Request) -> JSONResponse:
    services, project = caller(request)
    body = await read_body(request, CreateUpload)
    return JSONResponse(shown_upload(services.uploads.create(project, body)))


async def add_part(request: Request) -> JSONResponse:
    services, project = caller(request)
    upload = services.uploads.pending(project, request.path_params["upload_id"])
    async with request.form(max_files=1, max_fields=1) as form:
        data = form.get("data")
        if not isinstance(data, UploadFile) or not data.size:
            message = "Missing required parameter: 'data'."
            raise invalid(message, param="data", code="missing_required_parameter")
        named = {name: upload[name] for name in ("filename", "purpose")}
        request.scope["call"].body = {**named, "bytes": data.size}
        if data.size > LARGEST_PART:
            raise invalid(f"A part has at most {LARGEST_PART} bytes.", param="data")
        part = await services.uploads.add_part(project, upload["id"], data.file, data.size)
    return JSONResponse(shown_part(part))


async def complete_upload(request: Request) -> JSONResponse:
    services, project = caller(request)
    body = await read_body(request, CompleteUpload)
    upload = await services.uploads.complete(project, request.path_params["upload_id"], body)
    return JSONResponse(shown_upload(upload))


async def cancel_upload(request: Request) -> JSONResponse:
    services, project = caller(request)
    upload = await services.uploads.cancel(project, request.path_params["upload_id"])
    return JSONResponse(shown_upload(upload))


PATH: Final = "/v1/uploads/{upload_id}"
ROUTES: Final = [
    Route("/v1/uploads", create_upload, methods=["POST"]),
    Route(f"{PATH}/parts", add_part, methods=["POST"]),
    Route(f"{PATH}/complete", complete_upload, methods=["POST"]),
    Route(f"{PATH}/cancel", cancel_upload, methods=["POST"]),
]
