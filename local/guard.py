"""Who may talk to a local server: programs and its own pages, no page of another site.

Every web page the user has open can send requests to 127.0.0.1. `Host` is checked against DNS
rebinding, `Origin` and `Sec-Fetch-Site` against everything a foreign page can send.
"""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

HTTP_PORT = 80
POLICY_VIOLATION = 1008


@dataclass(frozen=True)
class Guard:
    """ASGI middleware that refuses a foreign `Host` and, if `pages` is false, every page."""

    app: ASGIApp
    port: int
    pages: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] != "lifespan" else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(POLICY_VIOLATION, refusal)(scope, receive, send)
        else:
            await JSONResponse({"error": refusal}, 403)(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        hosts = self._hosts()
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in hosts:
            return "Unknown host"
        own_origins = {f"http://{host}" for host in hosts} if self.pages else set()
        if not own_origins.issuperset(headers.getlist("origin")):
            return "Requests from another origin are refused"
        own_sites = {"none", "same-origin", "same-site"} if self.pages else {"none"}
        if not own_sites.issuperset(headers.getlist("sec-fetch-site")):
            return "Requests from another site are refused"
        return None

    def _hosts(self) -> set[str]:
        names = ("127.0.0.1", "localhost")
        return {f"{name}:{self.port}" for name in names} | (
            set(names) if self.port == HTTP_PORT else set()
        )
