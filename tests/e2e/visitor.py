"""Someone who uses the API with a browser's manners: JSON bodies and a jar of cookies."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx2


@dataclass
class Visitor:
    """A user to be, with a password, an OpenAI key and instructions of their own."""

    http: httpx2.Client
    username: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    api_key: str = field(default_factory=lambda: "sk-" + secrets.token_hex(20))

    def get(self, path: str) -> httpx2.Response:
        return self.http.get(path)

    def post(self, path: str, body: object = None) -> httpx2.Response:
        return self.http.post(path, json=body)

    def register(self) -> httpx2.Response:
        return self.post("/api/register", self.credentials)

    def login(self) -> httpx2.Response:
        return self.post("/api/login", self.credentials)

    def chat(self, message: str, thread_id: int = 1) -> httpx2.Response:
        return self.post("/api/chat", {"threadId": thread_id, "message": message})

    def messages(self, thread_id: int = 1) -> list[dict[str, Any]]:
        response = self.get(f"/api/threads/{thread_id}/messages")
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()
        return found

    def role(self) -> str:
        """What they are told to be."""
        response = self.get("/api/user")
        assert response.status_code == 200, response.text
        return str(response.json()["role"])

    def settle_in(self) -> None:
        """Register, store the key, create assistant 1 and open thread 1."""
        assert self.register().status_code == 201
        assert self.post("/api/settings/apikey", {"apiKey": self.api_key}).status_code == 200
        guide = {"name": "Guide", "instructions": f"Guide whoever says {secrets.token_hex(8)}."}
        assert self.post("/api/assistants", guide).status_code == 201
        assert self.post("/api/thread/new", {"assistantId": 1}).status_code == 201

    @property
    def credentials(self) -> dict[str, str]:
        return {"username": self.username, "password": self.password}
