"""What users do, in both dialects. Runs in locust's environment: nothing of ours is imported."""

import secrets
import time
from typing import Any

QUESTION = "My bicycle is red, and it leans on the wall behind the house. Which colour is it?"
PATIENCE = 60.0
PAUSE = 1.0
OVER = {"completed", "failed", "cancelled", "expired", "incomplete"}
OK, CREATED, ACCEPTED, TOO_MANY = 200, 201, 202, 429
Json = Any


class UnexpectedError(Exception):
    """A status that is none of those expected: the request is counted as failed."""


class BrokenPromiseError(Exception):
    """Every request went well, but not what was promised by them."""


class Talker:
    """Somebody with an account, a key, an assistant and a thread; `client` is locust's."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.username = f"load-{secrets.token_hex(8)}"
        self.password = secrets.token_urlsafe(16)
        self.token = ""
        self.thread = 0
        self.gpt = ""

    def ask(  # noqa: PLR0913 - as requests takes them
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        expect: int = OK,
        or_else: int | None = None,
        name: str | None = None,
        **options: Any,
    ) -> Json:
        """Send a request and return its body. Any other status is an error of the run."""
        headers = options.pop("headers", {})
        if path.startswith("/api/v1/") and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        with self._client.request(
            method,
            path,
            json=body,
            headers=headers,
            name=f"{method} {name or path}",
            catch_response=True,
            **options,
        ) as response:
            if response.status_code not in {expect, or_else}:
                response.failure(f"{response.status_code}: {response.text[:200]}")
                raise UnexpectedError(path)
            return response.json()

    @property
    def credentials(self) -> dict[str, str]:
        """Return what to sign in with."""
        return {"username": self.username, "password": self.password}

    def settle_in(self) -> None:
        """Register, store a key, have an assistant that searches files, open a thread."""
        self.ask("POST", "/api/register", self.credentials, expect=CREATED)
        self.ask("POST", "/api/settings/apikey", {"apiKey": "sk-" + secrets.token_hex(20)})
        assistant = {"name": "Guide", "tools": [{"type": "file_search"}]}
        self.ask("POST", "/api/assistants", assistant, expect=CREATED)
        self.thread = self.open()
        self.token = self.ask("POST", "/api/v1/auth/token", self.credentials)["access_token"]

    def sign_in(self) -> None:
        """Sign in once more."""
        self.ask("POST", "/api/login", self.credentials)

    def open(self) -> int:
        """Open a thread and return its id."""
        body = {"assistantId": 1}
        return int(self.ask("POST", "/api/thread/new", body, expect=CREATED)["id"])

    def say(self) -> None:
        """Say something and be answered in the same request, or later where that takes long."""
        body = {"threadId": self.thread, "message": QUESTION}
        said = self.ask("POST", "/api/chat", body, or_else=ACCEPTED)
        if said.get("status") == "in_progress":
            self._await(said["runId"])

    def say_and_ask_later(self) -> None:
        """Say something, be told where to ask, and ask until it is over."""
        said = self.ask(
            "POST",
            "/api/chat",
            {"threadId": self.thread, "message": QUESTION},
            expect=ACCEPTED,
            name="/api/chat (202)",
            headers={"Prefer": "respond-async"},
        )
        self._await(said["runId"])

    def _await(self, run_id: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(PAUSE)
            run = self.ask("GET", f"/api/runs/{run_id}", name="/api/runs/{run_id}")
            if run["status"] in OVER:
                if run["status"] != "completed":
                    raise BrokenPromiseError(run["status"])
                return
        raise BrokenPromiseError("not over in time")

    def read(self) -> None:
        """Look at the lists, a page each."""
        self.ask("GET", "/api/assistants")
        self.ask("GET", "/api/threads?limit=20", name="/api/threads")
        path = f"/api/threads/{self.thread}/messages?limit=20"
        self.ask("GET", path, name="/api/threads/{thread_id}/messages")

    def make_and_delete(self) -> None:
        """Open a thread that is deleted at once."""
        thread = self.open()
        self.ask("DELETE", f"/api/threads/{thread}", name="/api/threads/{thread_id}")

    def upload(self) -> None:
        """Upload a small file, and delete it."""
        content = f"The number of the day is {secrets.randbelow(10**9)}.".encode()
        form = {"file": (f"{secrets.token_hex(6)}.txt", content, "text/plain")}
        sent = self.ask(
            "POST", "/api/upload", or_else=ACCEPTED, files=form, data={"assistantId": "1"}
        )
        if file_id := sent["fileId"]:
            self.ask("DELETE", f"/api/files/{file_id}", name="/api/files/{file_id}")

    def open_v1(self) -> None:
        """Open a thread with a message, say more, read it and delete it, in dialect B."""
        body = {"content": QUESTION, "assistantId": 1}
        gpt = self.ask("POST", "/api/v1/thread", body, expect=CREATED)["id"]
        named = "/api/v1/thread/{gpt_id}"
        said = {"content": QUESTION}
        self.ask("POST", f"/api/v1/thread/{gpt}", said, expect=CREATED, name=named)
        self.ask("GET", f"/api/v1/thread/{gpt}", name=named)
        self.ask("DELETE", f"/api/v1/thread/{gpt}", name=named)

    def read_v1(self) -> None:
        """Look at the lists of dialect B."""
        self.ask("GET", "/api/v1/assistant")
        self.ask("GET", "/api/v1/thread?limit=20", name="/api/v1/thread")

    def say_too_often(self) -> None:
        """Say something without a pause: what is refused is refused with 429 and a time."""
        with self._client.post(
            "/api/chat",
            json={"threadId": self.thread, "message": QUESTION},
            name="POST /api/chat, too often",
            catch_response=True,
        ) as response:
            if response.status_code == TOO_MANY and response.headers.get("Retry-After"):
                response.request_meta["name"] = REFUSED
                response.success()
            elif response.status_code not in {OK, ACCEPTED}:
                response.failure(f"{response.status_code}: {response.text[:200]}")


REFUSED = "POST /api/chat, too often: 429"
