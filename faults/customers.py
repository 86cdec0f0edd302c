"""Those who chat over HTTP, and repeat themselves when nothing comes back."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx2

# Longer than the gateway waits.
PATIENCE = 40.0
REPEATS = 20


@dataclass
class Customer:
    """A user with a key, an assistant and a thread, who sends one message at a time.

    `repeats` counts the requests beyond the first, `failures` what came back instead of an answer.
    `token` is in no other's question; the stand-in repeats it.
    """

    http: httpx2.Client
    api_key: str = field(default_factory=lambda: f"sk-{secrets.token_hex(20)}")
    token: str = field(default_factory=lambda: f"turn{secrets.token_hex(8)}")
    run_id: str = ""
    repeats: int = 0
    failures: list[int | str] = field(default_factory=list)

    @classmethod
    def of(cls, front_url: str) -> "Customer":
        """Register one. Raises HTTPStatusError."""
        customer = cls(httpx2.Client(base_url=front_url, timeout=PATIENCE, trust_env=False))
        name, word = f"faults-{secrets.token_hex(6)}", secrets.token_urlsafe(16)
        customer.post("register", {"username": name, "password": word})
        customer.post("settings/apikey", {"apiKey": customer.api_key})
        customer.post("assistants", {"name": "Guide"})
        customer.post("thread/new", {"assistantId": 1})
        return customer

    @property
    def question(self) -> str:
        """What they ask."""
        return f"My word of the day is {self.token}."

    def post(self, path: str, body: object) -> httpx2.Response:
        """Post, and raise for a refusal."""
        return self.http.post(f"/api/{path}", json=body).raise_for_status()

    def ask(self, message: str, *, is_async: bool = False) -> None:
        """Send a message, again and again with one key until it is known to be taken."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        headers |= {"Prefer": "respond-async"} if is_async else {}
        for _ in range(REPEATS):
            if self._is_taken(message, headers):
                return
            self.repeats += 1
            time.sleep(0.5)

    def _is_taken(self, message: str, headers: dict[str, str]) -> bool:
        body = {"threadId": 1, "message": message}
        try:
            response = self.http.post("/api/chat", json=body, headers=headers)
        except httpx2.TransportError as error:
            self.failures.append(type(error).__name__)
            return False
        if not response.is_success:
            self.failures.append(response.status_code)
            return False
        self.run_id = response.json().get("runId", "")
        return True

    def messages(self) -> list[dict[str, Any]]:
        """Return what the thread holds."""
        response = self.http.get("/api/threads/1/messages").raise_for_status()
        found: list[dict[str, Any]] = response.json()
        return found

    def runs(self) -> list[dict[str, Any]]:
        """Return the runs of the thread."""
        response = self.http.get("/api/threads/1/runs").raise_for_status()
        found: list[dict[str, Any]] = response.json()
        return found
