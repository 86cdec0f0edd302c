"""Who may talk to a local server.

Every web page the user has open can send requests to 127.0.0.1. `Host` is checked against DNS
rebinding; where pages have no business, `Origin` and `Sec-Fetch-Site` too. About pages that call
the API, the API decides itself, here as in AWS. Pages of the front may send presigned forms to the
staging bucket, which asks for the signature itself.
"""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from local.answers import refusal

HTTP_PORT = 80
POLICY_VIOLATION = 1008
# The bucket itself, not an object: nothing but a form is taken there.
STAGING_BUCKET = re.compile(r"/afterglow-local-stagingbucket-[a-z0-9]+/?")


@dataclass(frozen=True)
class Guard:
    """ASGI middleware that refuses a foreign `Host` and, if `pages` is false, every page.

    But for forms of pages from the port `forms_from`, if there is one.
    """

    app: ASGIApp
    port: int
    pages: bool
    forms_from: int | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._objection(scope) if scope["type"] != "lifespan" else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(POLICY_VIOLATION, reason)(scope, receive, send)
        else:
            await refusal(403, reason)(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in hosts(self.port):
            return "Unknown host"
        is_page = "origin" in headers or set(headers.getlist("sec-fetch-site")) - {"none"}
        if not is_page or self.pages or self._is_form(scope, headers):
            return None
        return "Requests of pages are refused"

    def _is_form(self, scope: Scope, headers: Headers) -> bool:
        if self.forms_from is None or scope["type"] != "http":
            return False
        origins = [f"http://{host}" for host in hosts(self.forms_from)]
        return (
            scope["method"] in {"POST", "OPTIONS"}
            and STAGING_BUCKET.fullmatch(scope["path"]) is not None
            and not scope["query_string"]
            and len(headers.getlist("origin")) == 1
            and headers["origin"] in origins
        )


def hosts(port: int) -> set[str]:
    """What this machine is called in `Host`, for a port."""
    names = ("127.0.0.1", "localhost")
    return {f"{name}:{port}" for name in names} | (set(names) if port == HTTP_PORT else set())
