"""`/v1/models`."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.openai import models
from local.openai.services import caller


async def list_models(request: Request) -> JSONResponse:
    caller(request)
    alive = models.alive(datetime.now(UTC).date())
    return JSONResponse({"object": "list", "data": [model.wire() for model in alive]})


async def get_model(request: Request) -> JSONResponse:
    services, _ = caller(request)
    model = models.find(
        request.path_params["model"],
        datetime.now(UTC).date(),
        names_replacement=services.controls.settings.names_replacements,
    )
    return JSONResponse(model.wire())


ROUTES: Final = [Route("/v1/models", list_models), Route("/v1/models/{model}", get_model)]
