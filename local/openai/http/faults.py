"""Strike a call with the rule that fits it."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.openai.control.audit import Audit
from local.openai.control.faults import ActiveFault, FaultRule, Faults
from local.openai.control.filenames import FileNames
from local.openai.control.journal import Call
from local.openai.http.connections import drop
from local.openai.http.streams import EVENT, Collected, patching
from local.openai.wire import Json


class FaultInjector:
    def __init__(self, app: ASGIApp, faults: Faults, audit: Audit, names: FileNames) -> None:
        self.app = app
        self.faults = faults
        self.audit = audit
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = scope.get("call")
        fault = self._fault(call) if call else None
        if call is None or fault is None:
            await self.app(scope, receive, send)
            return
        call.fault = fault.id
        strike = self._before if fault.rule.moment == "before" else self._after
        await strike(fault.rule, Exchange(scope, receive, send))

    def _fault(self, call: Call) -> ActiveFault | None:
        said = json.dumps(call.body, ensure_ascii=False)
        files = self.names.named_in(f"{call.path} {said}")
        return self.faults.strike(call, f"{said}\n{self.audit.question_of(call.path)}\n{files}")

    async def _before(self, rule: FaultRule, exchange: "Exchange") -> None:
        await asyncio.sleep(rule.delay)
        if rule.drop:
            drop(exchange.scope)
        elif rule.replaces:
            await exchange.answer(replacement(rule))
        else:
            await self.app(exchange.scope, exchange.receive, exchange.send)

    async def _after(self, rule: FaultRule, exchange: "Exchange") -> None:
        if rule.after_events is not None:
            await self.app(exchange.scope, exchange.receive, exchange.cutting(rule))
            return
        live = patching(exchange.send, rule) if rule.patch else None
        answer = Collected(exchange.receive, live)
        await self.app(exchange.scope, answer.receive, answer.collect)
        if answer.is_sent:
            return
        await asyncio.sleep(rule.delay)
        if rule.drop:
            drop(exchange.scope)
        elif rule.replaces:
            await exchange.answer(replacement(rule))
        else:
            await exchange.spoil(rule, answer)


@dataclass
class Exchange:
    scope: Scope
    receive: Receive
    send: Send

    async def answer(self, response: Response) -> None:
        await response(self.scope, self.receive, self.send)

    async def spoil(self, rule: FaultRule, answer: Collected) -> None:
        body = patched(answer.body, rule.patch) if rule.patch else answer.body
        part = body if rule.damage is None else body[: len(body) // 2]
        part = b"" if rule.damage == "empty" else part
        # Half an event is none until it ends.
        part += EVENT if rule.damage == "malformed" and answer.is_stream else b""
        whole = body if rule.damage in {"truncated", "stalled"} else part
        await self.send(with_length(answer.start, len(whole)))
        cut_off = len(part) < len(whole)
        await self.send({"type": "http.response.body", "body": part, "more_body": cut_off})
        if cut_off:
            if rule.damage == "stalled":
                await gone(self.receive)
            drop(self.scope, flush=True)

    def cutting(self, rule: FaultRule) -> Send:
        """A stream that ends too early: in good order, or with the connection."""
        left = rule.after_events or 0

        async def send(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start" or left > 0:
                left -= message["type"] == "http.response.body"
                await self.send(message)
            elif left == 0:
                left = -1
                if rule.drop:
                    drop(self.scope, flush=True)
                else:
                    await self.send({"type": "http.response.body", "body": b""})

        return send


def replacement(rule: FaultRule) -> Response:
    headers = {"content-type": "application/json", **rule.headers}
    blank: Json = {"message": "", "type": "server_error", "param": None, "code": None}
    error = json.dumps({"error": {**blank, **(rule.error or {})}})
    return Response(error if rule.body is None else rule.body, rule.status or 200, headers)


def patched(body: bytes, patch: Json) -> bytes:
    return json.dumps({**json.loads(body), **patch}).encode()


def with_length(start: dict[str, Any], length: int) -> Message:
    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(length).encode())]}


async def gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
