"""`/v1/responses`."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from local.openai.engine.admission import admit
from local.openai.engine.streams import follow
from local.openai.services import Services, caller
from local.openai.store.pages import cut, page_request
from local.openai.wire import Json
from local.openai.wire.errors import invalid, response_not_found
from local.openai.wire.objects import deleted
from local.openai.wire.requests import CreateResponse
from local.openai.wire.responses import visible
from local.openai.wire.validation import read_body

SSE: Final = "text/event-stream; charset=utf-8"


async def create_response(request: Request) -> Response:
    services, project = caller(request)
    body = await read_body(request, CreateResponse)
    record = admit(services, project, body)
    services.runner.start(project, record)
    services.controls.audit.made(record)
    if body.stream and not services.controls.settings.ignores_streams:
        return StreamingResponse(follow(services.runner, project, record), media_type=SSE)
    if not body.background:
        record = await services.runner.done(project, record["id"]) or record
        if not record["stored"]:
            services.runner.delete(record["id"])
    return JSONResponse(visible(record["response"], record["include"]))


async def get_response(request: Request) -> Response:
    services, project = caller(request)
    record = existing(services, project, request)
    if request.query_params.get("stream") == "true":
        return resumed(services, project, record, request.query_params.get("starting_after"))
    return JSONResponse(visible(record["response"], [*record["include"], *included(request)]))


def resumed(services: Services, project: str, record: Json, number: str | None) -> Response:
    if not record["stream"]:
        message = "This response was not created with stream=true, so it cannot be streamed."
        raise invalid(message, param="stream")
    if number is not None and not (number.isascii() and number.isdigit()):
        raise invalid("Invalid 'starting_after': expected an integer.", param="starting_after")
    after = -1 if number is None else int(number)
    events = follow(services.runner, project, record, after=after)
    return StreamingResponse(events, media_type=SSE)


async def cancel_response(request: Request) -> JSONResponse:
    services, project = caller(request)
    record = existing(services, project, request)
    if not record["response"]["background"]:
        raise invalid("Cannot cancel a synchronous response.")
    record = services.runner.cancel(record)
    return JSONResponse(visible(record["response"], record["include"]))


async def delete_response(request: Request) -> JSONResponse:
    services, project = caller(request)
    record = existing(services, project, request)
    services.runner.delete(record["id"])
    return JSONResponse(deleted(record["id"], "response"))


async def list_input_items(request: Request) -> JSONResponse:
    services, project = caller(request)
    record = existing(services, project, request)
    return JSONResponse(cut(record["input"], page_request(request.query_params)))


def existing(services: Services, project: str, request: Request) -> Json:
    response_id = request.path_params["response_id"]
    record = services.records.get(project, response_id)
    if record is None:
        raise response_not_found(response_id)
    return record


def included(request: Request) -> list[str]:
    query = request.query_params
    return [*query.getlist("include[]"), *query.getlist("include")]


ROUTES: Final = [
    Route("/v1/responses", create_response, methods=["POST"]),
    Route("/v1/responses/{response_id}", get_response),
    Route("/v1/responses/{response_id}", delete_response, methods=["DELETE"]),
    Route("/v1/responses/{response_id}/cancel", cancel_response, methods=["POST"]),
    Route("/v1/responses/{response_id}/input_items", list_input_items),
]
