"""What passed through a server, noted in a file: one line of JSON for each thing."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[str, str]]
# Bytes are noted as Latin-1, so that none is lost.
BYTES = "latin-1"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; bodies as Latin-1."""

    method: str
    path: str
    headers: Headers
    body: str
    status: int
    answer_headers: Headers
    answer: str

    def header(self, name: str) -> str:
        """Return a header of the request, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


class Notes:
    """A file that several threads note things in."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()

    def add(self, kind: str, thing: object) -> None:
        """Note a thing of a kind."""
        line = json.dumps([kind, thing]) + "\n"
        with self._lock:
            self._file.write(line)


def read(path: Path, kind: str) -> Iterator[object]:
    """Return what was noted of a kind, in order."""
    with path.open() as lines:
        for line in lines:
            noted, thing = json.loads(line)
            if noted == kind:
                yield thing


def exchanges(path: Path) -> Iterator[Exchange]:
    """Return the exchanges that were noted, in order."""
    for thing in read(path, "exchange"):
        assert isinstance(thing, dict)
        headers = {name: [tuple(pair) for pair in thing[name]] for name in thing if "head" in name}
        yield Exchange(**thing | headers)


@dataclass(frozen=True)
class Recorder:
    """ASGI middleware that notes exchanges of HTTP: those that `wanted` picks, by their headers."""

    app: ASGIApp
    notes: Notes
    wanted: Callable[[Scope], bool] = lambda _: True
    with_answers: bool = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.wanted(scope):
            await self.app(scope, receive, send)
            return
        asked, answered = bytearray(), bytearray()
        start: Message = {"status": 0, "headers": []}

        async def receiving() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            if self.with_answers:
                answered.extend(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        finally:
            self.notes.add(
                "exchange", asdict(_exchange(scope, bytes(asked), start, bytes(answered)))
            )


def _exchange(scope: Scope, asked: bytes, start: Message, answered: bytes) -> Exchange:
    query = scope["query_string"]
    return Exchange(
        method=scope["method"],
        path=(scope["raw_path"] + (b"?" + query if query else b"")).decode(BYTES),
        headers=_read(scope["headers"]),
        body=asked.decode(BYTES),
        status=start["status"],
        answer_headers=_read(start["headers"]),
        answer=answered.decode(BYTES),
    )


def _read(headers: list[tuple[bytes, bytes]]) -> Headers:
    return [(name.decode(BYTES).lower(), value.decode(BYTES)) for name, value in headers]
