"""Somebody with an account in use: a key, an assistant, a thread, in either dialect."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

KEY = "sk-" + "fuzz" * 10
# Requests after which a credential, or the account, is no more.
FAREWELLS = {
    ("POST", "/api/register"),
    ("POST", "/api/login"),
    ("POST", "/api/logout"),
    ("DELETE", "/api/user"),
    ("POST", "/api/settings/password"),
    ("DELETE", "/api/v1/auth/token"),
}
Ids = dict[str, list[Any]]


@dataclass
class Persona:
    """An account that is made, and made usable again, whenever something is missing."""

    front: str
    username: str
    password: str
    cookie: str = ""
    token: str = ""
    ids: Ids = field(default_factory=dict)
    lacks_something: bool = True

    def settle(self) -> None:
        """Have a key, an assistant that is the default, a thread and a run; note their ids."""
        self.sign_in()
        with self._http() as http:
            if not http.get("/api/user").json()["hasApiKey"]:
                _done(http.post("/api/settings/apikey", json={"apiKey": KEY}))
            assistants = self._existing(http, "/api/assistants", {"name": "Guide"})
            body = {"assistantId": assistants[0]["id"]}
            _done(http.patch(f"/api/assistants/{assistants[0]['id']}", json={"isActive": True}))
            _done(http.post("/api/settings/default-assistant", json=body))
            threads = self._existing(http, "/api/threads", {}, made_at="/api/thread/new")
            runs = self._runs(http, threads[0]["id"])
        self.ids = {
            "assistant_id": [assistant["id"] for assistant in assistants],
            "thread_id": [thread["id"] for thread in threads],
            "run_id": [run["id"] for run in runs],
            "gpt_id": [thread["openaiThreadId"] for thread in threads],
        }
        self.lacks_something = False

    def sign_in(self) -> None:
        """Get a cookie and a token, unless there are; register if there is no such account."""
        if self.cookie and self.token:
            return
        credentials = {"username": self.username, "password": self.password}
        with httpx2.Client(base_url=self.front, timeout=40) as http:
            signed_in = http.post("/api/login", json=credentials)
            if signed_in.status_code == 401:
                signed_in = http.post("/api/register", json=credentials)
            _done(signed_in)
            issued = _done(http.post("/api/v1/auth/token", json=credentials))
        self.cookie = signed_in.cookies["sid"]
        self.token = issued.json()["access_token"]

    def notice(self, method: str, path: str, new_password: object) -> None:
        """Take in what a request that went well has changed for the next ones."""
        self.lacks_something |= method in {"DELETE", "PATCH", "PUT"} or "default" in path
        if (method, path) not in FAREWELLS:
            return
        self.cookie = self.token = ""
        self.lacks_something = True
        if method == "DELETE":
            # The account's name is not free again at once.
            self.username += "x" if path == "/api/user" else ""
        if path == "/api/settings/password":
            self.password = str(new_password)

    def _existing(
        self, http: httpx2.Client, path: str, body: object, made_at: str = ""
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _done(http.get(path)).json()
        if not found:
            _done(http.post(made_at or path, json=body))
            found = _done(http.get(path)).json()
        return found

    def _runs(self, http: httpx2.Client, thread_id: int) -> list[dict[str, Any]]:
        path, body = f"/api/threads/{thread_id}/runs", {"threadId": thread_id, "message": "Hello!"}
        found: list[dict[str, Any]] = _done(http.get(path)).json()
        if not found:
            # Somebody who has said too much today has none.
            http.post("/api/chat", json=body)
            found = _done(http.get(path)).json()
        return found

    def _http(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.front, timeout=40, cookies={"sid": self.cookie})


def _done(response: httpx2.Response) -> httpx2.Response:
    if not response.is_success:
        request = response.request
        raise RuntimeError(f"{request.method} {request.url.path}: {response.text}")
    return response
