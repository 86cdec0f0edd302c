"""Put the application together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from local.openai.brain.turn import Brain
from local.openai.http.faults import FaultInjector
from local.openai.http.guard import Guard
from local.openai.http.recorder import Recorder
from local.openai.routes import (
    control,
    control_files,
    file_batches,
    files,
    models,
    responses,
    uploads,
    vector_store_files,
    vector_stores,
)
from local.openai.services import Controls, open_services
from local.openai.wire.errors import ApiError, envelope

FAULT: Final = "The server had an error while processing your request. Sorry about that!"


def create_app(folder: Path, brain: Brain) -> ASGIApp:
    controls = Controls()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Opened here, on the thread and the event loop that will use it.
        services = open_services(folder, controls, brain)
        app.state.services = services
        services.resume()
        yield
        await services.stop()

    app = Starlette(
        routes=[
            Route("/health", health),
            *models.ROUTES,
            *responses.ROUTES,
            *files.ROUTES,
            *uploads.ROUTES,
            *vector_stores.ROUTES,
            *vector_store_files.ROUTES,
            *file_batches.ROUTES,
            *control.ROUTES,
            *control_files.ROUTES,
        ],
        exception_handlers={ApiError: refused, HTTPException: unroutable, Exception: broken},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    injector = FaultInjector(app, controls.faults, controls.audit, controls.names)
    return Guard(Recorder(injector, controls.journal, controls.audit))


async def health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def refused(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ApiError):
        raise error
    return JSONResponse(error.body(), error.status)


def unroutable(request: Request, error: Exception) -> JSONResponse:
    """No such path or method, or a form that is none."""
    if not isinstance(error, HTTPException):
        raise error
    reasons = {
        404: f"Invalid URL ({request.method} {request.url.path})",
        405: f"Not allowed to {request.method} on {request.url.path}.",
    }
    message = reasons.get(error.status_code, error.detail)
    body = envelope(message, kind="invalid_request_error")
    return JSONResponse(body, error.status_code, error.headers)


def broken(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse(envelope(FAULT, kind="server_error"), 500)
