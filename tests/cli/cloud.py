"""A service that keeps the contract of uploads, and the storage its forms lead to, over HTTP.

It takes what the real one takes, and answers what it is told to where a test breaks it.
"""

import asyncio
import hashlib
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_paths import normalised_path

PASSWORD = "correct horse battery"
EXPIRED = "<Error><Code>AccessDenied</Code><Message>Invalid: Policy expired.</Message></Error>"
REFUSED_TYPE = ".exe"
# Refused, but the service does not say which one it is.
VAGUE_TYPE = ".vague"
# It arrives, and cannot be read.
BROKEN_TYPE = ".broken"
UNAUTHENTICATED = {"error": "Authentication required"}

Answer = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class Entry:
    """A file of an upload."""

    path: str
    size: int
    sha256: str
    status: str
    expires_at: datetime
    error: dict[str, str] | None = None


@dataclass(slots=True)
class Cloud:
    """What is there, what came, and what is to go wrong.

    `received` counts the times that all bytes of a path have come. `faults` are answers given
    instead, by method and path. `form_seconds` is how long a form is good, `arrival_polls` how
    often a file is looked for before it is seen, `ingest_polls` how often a folder is before it is
    over. Answers from a path in `lost` get lost once.
    What is in `overlooked` is never taken in. `on_open` is called before forms go out.
    """

    url: str = ""
    username: str = "ada"
    storage_url: str = ""
    storage_pause: float = 0.0
    page_size: int = 100_000
    form_seconds: float = 300.0
    arrival_polls: int = 0
    ingest_polls: int = 0
    default_assistant: int | None = None
    sessions: set[str] = field(default_factory=set)
    uploads: dict[str, list[Entry]] = field(default_factory=dict)
    directories: list[dict[str, Any]] = field(default_factory=list)
    staged: dict[str, tuple[str, int]] = field(default_factory=dict)
    library: set[tuple[str, str]] = field(default_factory=set)
    kept: list[tuple[str, str, int]] = field(default_factory=list)
    tools: list[str] = field(default_factory=lambda: ["file_search"])
    received: Counter[str] = field(default_factory=Counter)
    announced: list[int] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    storage_headers: list[dict[str, str]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    faults: dict[tuple[str, str], deque[Response]] = field(default_factory=dict)
    polls: Counter[str] = field(default_factory=Counter)
    lost: set[str] = field(default_factory=set)
    overlooked: set[str] = field(default_factory=set)
    on_open: Callable[[], object] = lambda: None

    def breaking(self, method: str, path: str, *answers: Response) -> None:
        """Have the next requests answered so."""
        self.faults.setdefault((method, path), deque()).extend(answers)

    def app(self) -> Starlette:
        """Return it as an application."""
        routes = {
            ("POST", "/api/login"): self._login,
            ("POST", "/api/logout"): self._logout,
            ("GET", "/api/user"): self._user,
            ("GET", "/api/assistants/{id}"): self._assistant,
            ("GET", "/api/files"): self._files,
            ("POST", "/api/uploads"): self._open,
            ("GET", "/api/uploads/{id}"): self._upload,
            ("POST", "/api/upload-directory"): self._ingest,
            ("POST", "/storage/{upload}/{number:int}"): self._store,
        }
        return Starlette(
            routes=[
                Route(path, self._guarded(answer), methods=[method])
                for (method, path), answer in routes.items()
            ]
        )

    def _guarded(self, answer: Answer) -> Answer:
        """Return an answer that a fault comes before, and the check of the cookie."""

        async def guarded(request: Request) -> Response:
            path = request.url.path
            self.requests.append((request.method, path))
            is_storage = path.startswith("/storage")
            faults = self.faults.get((request.method, "/storage" if is_storage else path))
            if faults:
                await request.body()
                return faults.popleft()
            is_open = is_storage or path == "/api/login"
            if not is_open and request.cookies.get("sid") not in self.sessions:
                return JSONResponse(UNAUTHENTICATED, 401)
            response = await answer(request)
            if path in self.lost:
                self.lost.remove(path)
                return Response(status_code=504)
            return response

        return guarded

    async def _login(self, request: Request) -> Response:
        credentials = await request.json()
        if credentials["password"] != PASSWORD:
            return JSONResponse({"error": "Invalid username or password"}, 401)
        if presented := request.cookies.get("sid"):
            self.sessions.discard(presented)
        token = hashlib.sha256(str(time.perf_counter_ns()).encode()).hexdigest()
        self.sessions.add(token)
        response = JSONResponse(self._body())
        response.set_cookie("sid", token, httponly=True, samesite="strict", max_age=3600)
        return response

    async def _logout(self, request: Request) -> Response:
        self.sessions.discard(request.cookies["sid"])
        return JSONResponse({"message": "Logged out successfully"})

    async def _user(self, request: Request) -> Response:
        assert request.method == "GET"
        return JSONResponse(self._body())

    def _body(self) -> dict[str, Any]:
        return {
            "id": 7,
            "username": self.username,
            "role": "user",
            "defaultAssistantId": self.default_assistant,
        }

    async def _assistant(self, request: Request) -> Response:
        if len(request.path_params["id"]) > 16:
            return JSONResponse({"error": "Validation failed"}, 400)
        if request.path_params["id"] != "1":
            return JSONResponse({"error": "Assistant not found"}, 404)
        tools = [{"type": tool} for tool in self.tools]
        return JSONResponse({"id": 1, "name": "Librarian", "tools": tools})

    async def _files(self, request: Request) -> Response:
        """Return what is there, in pages; of the files only what the command reads."""
        files = [{"path": path, "size": size, "sha256": sha256} for path, sha256, size in self.kept]
        start = int(request.query_params.get("cursor", 0))
        end = start + self.page_size
        link = f'<{request.url.path}?cursor={end}>; rel="next"'
        headers = {"Link": link} if end < len(files) else {}
        return JSONResponse(files[start:end], headers=headers)

    async def _open(self, request: Request) -> Response:
        body = await request.json()
        assert body["assistantId"] is None
        assert 1 <= len(body["files"]) <= 100
        if (upload_id := self.keys.get(request.headers["idempotency-key"])) is None:
            if refusal := _refusal(body["files"]):
                return refusal
            upload_id = f"upload_{len(self.uploads)}"
            self.announced.append(len(body["files"]))
            self.on_open()
            self.uploads[upload_id] = [self._entry(file) for file in body["files"]]
            self.keys[request.headers["idempotency-key"]] = upload_id
        return JSONResponse(self._view(upload_id, forms=True), 201)

    def _entry(self, file: dict[str, Any]) -> Entry:
        path, sha256, size = file["path"], file["sha256"], file["size"]
        is_there = (path, sha256) in self.library or self.staged.get(path) == (sha256, size)
        if is_there:
            self.staged[path] = (sha256, size)
        expires_at = datetime.now(UTC) + timedelta(seconds=self.form_seconds)
        return Entry(path, size, sha256, "staged" if is_there else "awaiting", expires_at)

    async def _upload(self, request: Request) -> Response:
        upload_id = request.path_params["id"]
        if upload_id not in self.uploads:
            return JSONResponse({"error": "Upload not found"}, 404)
        self.polls[upload_id] += 1
        view = self._view(upload_id)
        start = int(request.query_params.get("cursor", 0))
        end = start + int(request.query_params.get("limit", self.page_size))
        is_all = end >= len(view["files"])
        link = f'<{request.url.path}?cursor={end}>; rel="next"'
        page = view | {"files": view["files"][start:end]}
        return JSONResponse(page, headers={} if is_all else {"Link": link})

    def _view(self, upload_id: str, *, forms: bool = False) -> dict[str, Any]:
        entries = self.uploads[upload_id]
        late = not forms and self.polls[upload_id] <= self.arrival_polls
        counts = Counter(entry.status for entry in entries)
        is_directory = upload_id.startswith("directory")
        is_over = not is_directory or self.polls[upload_id] > self.ingest_polls
        return {
            "id": upload_id,
            "status": "completed" if is_over and is_directory else "in_progress",
            "total": len(entries),
            "completed": counts["completed"] if is_over else 0,
            "failed": counts["failed"] if is_over else 0,
            "cancelled": 0,
            "files": [
                {
                    "number": number,
                    "path": entry.path,
                    "size": entry.size,
                    "status": "awaiting" if late and not is_directory else entry.status,
                    "fileId": None,
                    "error": entry.error,
                    "upload": self._form(upload_id, number, entry) if forms else None,
                }
                for number, entry in enumerate(entries)
            ],
        }

    def _form(self, upload_id: str, number: int, entry: Entry) -> dict[str, Any] | None:
        if entry.status != "awaiting":
            return None
        fields = {"key": f"staging/{upload_id}/{number}", "Content-Type": "text/plain"}
        return {
            "url": f"{self.storage_url or self.url}/storage/{upload_id}/{number}",
            "fields": fields,
            "expiresAt": entry.expires_at.isoformat(),
        }

    async def _store(self, request: Request) -> Response:
        upload_id, number = request.path_params["upload"], request.path_params["number"]
        entry = self.uploads[upload_id][number]
        self.storage_headers.append(dict(request.headers))
        try:
            async with request.form() as form:
                content = await form["file"].read()  # type: ignore[union-attr]
                assert form["key"] == f"staging/{upload_id}/{number}"
        except ClientDisconnect:
            return Response(status_code=400)
        if datetime.now(UTC) > entry.expires_at:
            return Response(EXPIRED, 403)
        await asyncio.sleep(self.storage_pause)
        self.received[entry.path] += 1
        self.staged[entry.path] = (hashlib.sha256(content).hexdigest(), len(content))
        entry.status = "staged"
        return Response(status_code=204)

    async def _ingest(self, request: Request) -> Response:
        body = await request.json()
        if known := self.keys.get(request.headers["idempotency-key"]):
            return JSONResponse({"uploadId": known, "assistantId": 1})
        if not body["uploadIds"] or not self.uploads.keys() >= set(body["uploadIds"]):
            return JSONResponse({"error": "Upload not found"}, 404)
        if not (found := self._found(f"{body['dir']}/", body["uploadIds"])):
            return JSONResponse({"error": "Directory not found"}, 404)
        self.directories.append(body)
        upload_id = f"directory_{len(self.directories)}"
        self.keys[request.headers["idempotency-key"]] = upload_id
        self.uploads[upload_id] = [
            _taken_in(path, sha256, size)
            for path, (sha256, size) in found.items()
            if path not in self.overlooked
        ]
        self.library |= {(path, sha256) for path, (sha256, _) in found.items()}
        self.kept += [
            (path, sha256, size)
            for path, (sha256, size) in found.items()
            if (path, sha256, size) not in self.kept
        ]
        answer = {"uploadId": upload_id, "assistantId": body.get("assistantId", 1)}
        if self.ingest_polls:
            return JSONResponse(answer | {"status": "in_progress"}, 202)
        return JSONResponse(answer | {"fileIds": [], "message": "", "skipped": 0, "failed": []})

    def _found(self, prefix: str, upload_ids: list[str]) -> dict[str, tuple[str, int]]:
        """Return what is staged of what these uploads announced."""
        announced = {
            (entry.path, entry.sha256) for each in upload_ids for entry in self.uploads[each]
        }
        return {
            path: (sha256, size)
            for path, (sha256, size) in self.staged.items()
            if path.startswith(prefix) and (path, sha256) in announced
        }


def _taken_in(path: str, sha256: str, size: int) -> Entry:
    if path.endswith(BROKEN_TYPE):
        error = {"code": "unreadable", "message": "The file cannot be read"}
        return Entry(path, size, sha256, "failed", datetime.now(UTC), error)
    return Entry(path, size, sha256, "completed", datetime.now(UTC))


def _refusal(files: list[dict[str, Any]]) -> Response | None:
    details: list[dict[str, str]] = []
    for number, file in enumerate(files):
        try:
            assert normalised_path(file["path"]) == file["path"]
        except InvalidInputError as error:
            details.append(
                {"field": f"files.{number}.path", "message": error.details[0]["message"]}
            )
        if file["path"].endswith(REFUSED_TYPE):
            said = "This type of file is not accepted"
            details.append({"field": f"files.{number}.path", "message": said})
    if details:
        return JSONResponse({"error": "Validation failed", "details": details}, 400)
    if any(file["path"].endswith(VAGUE_TYPE) for file in files):
        return JSONResponse({"error": "A file is of no type that we know"}, 400)
    return None
