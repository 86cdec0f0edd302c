"""Who may talk to a local server.

Every web page the user has open can send requests to 127.0.0.1. `Host` is checked against DNS
rebinding; where pages have no business, `Origin` and `Sec-Fetch-Site` too. About pages that call
the API, the API decides itself, here as in AWS.
"""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from local.answers import refusal

HTTP_PORT = 80
POLICY_VIOLATION = 1008


@dataclass(frozen=True)
class Guard:
    """ASGI middleware that refuses a foreign `Host` and, if `pages` is false, every page."""

    app: ASGIApp
    port: int
    pages: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._objection(Headers(scope=scope)) if scope["type"] != "lifespan" else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(POLICY_VIOLATION, reason)(scope, receive, send)
        else:
            await refusal(403, reason)(scope, receive, send)

    def _objection(self, headers: Headers) -> str | None:
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in self._hosts():
            return "Unknown host"
        is_page = "origin" in headers or set(headers.getlist("sec-fetch-site")) - {"none"}
        return "Requests of pages are refused" if is_page and not self.pages else None

    def _hosts(self) -> set[str]:
        names = ("127.0.0.1", "localhost")
        return {f"{name}:{self.port}" for name in names} | (
            set(names) if self.port == HTTP_PORT else set()
        )
