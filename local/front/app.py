"""The front as an ASGI application."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.answers import answer, refusal
from local.front import headers

logger = logging.getLogger(__name__)
# API Gateway's own limit and its own words.
BODY_LIMIT = 10 * 1024 * 1024
TOO_LARGE = f"HTTP content length exceeded {BODY_LIMIT} bytes."
PATHS = ("/api/{path:path}", "/openapi.json", "/docs")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CHECK_SECONDS = 3
TIMEOUT = httpx2.Timeout(60, connect=5)


@dataclass(frozen=True)
class Front:
    """Forwards to the API that the deployment file names; asks `checks` for its health."""

    deployment: Path
    checks: tuple[str, ...]
    client: httpx2.AsyncClient

    async def forward(self, request: Request) -> Response:
        """The same request to the deployed stage, and its answer."""
        if not _is_plain(request.scope["raw_path"]):
            return refusal(404, "Not found")
        if not self.deployment.exists():
            return refusal(503, "The API is not deployed yet")
        body = await _body(request)
        if body is None:
            return refusal(413, TOO_LARGE)
        return await self._answer(self._upstream(request, body))

    async def health(self, _: Request) -> Response:
        """200 once the API is deployed and everything behind it answers."""
        try:
            health = [await self.client.get(url, timeout=CHECK_SECONDS) for url in self.checks]
        except httpx2.HTTPError:
            return answer({"status": "unavailable"}, 503)
        if not self.deployment.exists() or not all(each.is_success for each in health):
            return answer({"status": "unavailable"}, 503)
        return answer({"status": "ok"})

    def _upstream(self, request: Request, body: bytes) -> httpx2.Request:
        stage = httpx2.URL(json.loads(self.deployment.read_text())["apiUrl"])
        query = request.scope["query_string"]
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        return httpx2.Request(
            request.method,
            stage,
            headers=headers.to_the_api(request),
            content=body,
            # Byte for byte: a URL of the library would be put into normal form.
            extensions={
                "target": stage.raw_path + target,
                "timeout": TIMEOUT.as_dict(),
            },
        )

    async def _answer(self, upstream: httpx2.Request) -> Response:
        try:
            received = await self.client.send(upstream, stream=True)
            content = b"".join([part async for part in received.aiter_raw()])
        except httpx2.ConnectError:
            return refusal(503, "The local cloud is not running")
        except httpx2.HTTPError as error:
            logger.warning("%s %s: %r", upstream.method, upstream.url.path, error)
            return refusal(500, "Internal server error")
        response = Response(content, received.status_code)
        response.raw_headers += headers.to_the_client(received.headers.raw)
        return response


def create_app(deployment: Path, checks: tuple[str, ...]) -> Starlette:
    """The front for one deployment."""
    client = httpx2.AsyncClient(
        timeout=TIMEOUT,
        trust_env=False,
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    front = Front(deployment, checks, client)
    app = Starlette(
        routes=[
            Route("/health", front.health, methods=["GET"]),
            *(Route(path, front.forward, methods=METHODS) for path in PATHS),
        ],
        exception_handlers={404: _unknown, 405: _unknown},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _is_plain(raw_path: bytes) -> bool:
    """Whether no segment, however it is written, climbs out of the stage."""
    return not {b".", b".."}.intersection(unquote_to_bytes(raw_path).split(b"/"))


async def _body(request: Request) -> bytes | None:
    declared = request.headers.get("content-length", "0")
    if int(declared) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


async def _unknown(_: Request, __: Exception) -> Response:
    return refusal(404, "Not found")
