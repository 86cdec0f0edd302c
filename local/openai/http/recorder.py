"""Write every call into the journal and put OpenAI's headers on the answer."""

import time
import uuid
from typing import Any, Final

from pydantic_core import from_json
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.openai.authentication import bearer, fingerprint
from local.openai.control.audit import Audit
from local.openai.control.journal import Call, Journal
from local.openai.http.bodies import Body
from local.openai.http.forms import beginning

JSON: Final = "application/json"


class Recorder:
    """Leaves the journal's entry in `scope["call"]`."""

    def __init__(self, app: ASGIApp, journal: Journal, audit: Audit) -> None:
        self.app = app
        self.journal = journal
        self.audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        call = self.journal.open(new_call(scope))
        scope["call"] = call
        started = time.perf_counter()
        body = Body(receive, Headers(scope=scope))

        async def stamped(message: Message) -> None:
            if body.is_cut:
                return
            if message["type"] == "http.response.start":
                call.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = call.request_id
                elapsed = (time.perf_counter() - started) * 1000
                headers["openai-processing-ms"] = str(round(elapsed))
            await send(message)

        try:
            receive = await self._with_body(call, scope, body.receive)
            self.audit.count(call)
            await self.app(scope, receive, stamped)
        except ClientDisconnect:
            return

    async def _with_body(self, call: Call, scope: Scope, receive: Receive) -> Receive:
        """JSON is read for the journal, then given to the route as if nothing had happened.

        Of a form only the beginning is: its file may be bigger than memory.
        """
        content_type = Headers(scope=scope).get("content-type", "")
        if not content_type.startswith(JSON):
            call.body, receive = await beginning(content_type, receive)
            return receive
        raw = await Request(scope, receive).body()
        call.body = readable(raw)
        unread = [{"type": "http.request", "body": raw, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        return replay


def new_call(scope: Scope) -> Call:
    return Call(
        sequence=0,
        at=time.time(),
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        key=fingerprint(bearer(Headers(scope=scope))),
        request_id=f"req_{uuid.uuid4().hex}",
    )


def readable(raw: bytes) -> Any:
    try:
        return from_json(raw)
    except ValueError:
        return raw.decode(errors="replace")
