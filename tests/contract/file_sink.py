"""An upstream that takes files and keeps only what they come to."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from python_multipart.multipart import MultipartParser, parse_options_header

READ_BYTES = 1024 * 1024


@dataclass
class Use:
    """What has come: paths, the fields of forms, the SHA-256 and size of all the bytes of files.

    `part_sizes` are in the order of arrival, `part_ids` as the upload was completed.
    """

    paths: list[str] = field(default_factory=list)
    fields: bytes = b""
    headers: bytes = b""
    part_sizes: list[int] = field(default_factory=list)
    upload: dict[str, Any] = field(default_factory=dict)
    part_ids: list[str] = field(default_factory=list)
    sha256: Any = field(default_factory=hashlib.sha256)

    @property
    def size(self) -> int:
        """How many bytes of files there are."""
        return sum(self.part_sizes)


class _Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Sink)
        self.taken = Use()

    def handle_error(self, *_: object) -> None:
        """Leave what is wrong to the caller to notice."""


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        # A body whose length is not said before is refused: `int(None)`.
        length = int(self.headers["content-length"])
        self.server.taken.paths.append(self.path)
        content = json.dumps(self._taken(self.path.split("/")[2:], length)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _taken(self, path: list[str], length: int) -> dict[str, Any]:
        taken = self.server.taken
        match path:
            case ["files"]:
                self._take_bytes(length)
                return {"id": "file-1", "object": "file"}
            case ["uploads"]:
                taken.upload = json.loads(self.rfile.read(length))
                return {"id": "upload_1", "status": "pending"}
            case ["uploads", upload_id, "parts"]:
                self._take_bytes(length)
                return {"id": f"part_{len(taken.part_sizes)}", "upload_id": upload_id}
            case ["uploads", upload_id, "complete"]:
                taken.part_ids = json.loads(self.rfile.read(length))["part_ids"]
                return {"id": upload_id, "status": "completed", "file": {"id": "file-1"}}
        raise AssertionError(self.path)

    def _take_bytes(self, length: int) -> None:
        taken, size, is_file = self.server.taken, 0, False

        def head(data: bytes, start: int, end: int) -> None:
            nonlocal is_file
            taken.headers += data[start:end] + b"\n"
            is_file = is_file or b"filename=" in data[start:end]

        def keep(data: bytes, start: int, end: int) -> None:
            nonlocal size
            if is_file:
                taken.sha256.update(memoryview(data)[start:end])
                size += end - start
            else:
                taken.fields += data[start:end]

        _, options = parse_options_header(self.headers["content-type"])
        parser = MultipartParser(
            options[b"boundary"], {"on_part_data": keep, "on_header_value": head}
        )
        while length and (data := self.rfile.read(min(READ_BYTES, length))):
            length -= parser.write(data)
        if length:
            # Whoever sent it has hung up.
            raise ConnectionAbortedError
        taken.part_sizes.append(size)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def file_sink() -> Iterator[tuple[str, Use]]:
    """Take files; yields the base URL and what has come."""
    with _Server() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", server.taken
        finally:
            server.shutdown()
            thread.join()
