"""Refuse what a web page could send: this server knows keys' objects and takes orders."""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from local.openai.wire.errors import envelope

NAMES: Final = ("127.0.0.1", "localhost")


class Guard:
    """No `Origin`, no foreign `Host` (DNS rebinding), no request a browser marks as cross-site."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_local(scope):
            await self.app(scope, receive, send)
            return
        message = "This server answers programs on this machine only, never a web page."
        refusal = JSONResponse(envelope(message, kind="invalid_request_error"), 403)
        await refusal(scope, receive, send)


def is_local(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    port = scope["server"][1]
    return (
        scope["type"] == "http"
        and headers.getlist("host") in [[f"{name}:{port}"] for name in NAMES]
        and "origin" not in headers
        and headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    )
