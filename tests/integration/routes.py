"""Every route there is, with a body that it would take."""

from collections.abc import Mapping
from dataclasses import dataclass

JSON = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Route:
    """A route as a caller sees it. Ids in `path` and `body` are of the first things of a user."""

    method: str
    path: str
    body: JSON | None = None

    @property
    def name(self) -> str:
        """Return how a test is to be called."""
        return f"{self.method} {self.path}"

    def error(self, text: str) -> dict[str, str]:
        """Return the body of an error that has no details."""
        is_v1, is_thread = "/api/v1/" in self.path, "/api/v1/thread" in self.path
        return {"message" if is_v1 and not is_thread else "error": text}


_CREDENTIALS = {"username": "someone", "password": "correct horse"}
_NEW_PASSWORD = {"currentPassword": "correct horse", "newPassword": "battery staple"}
_QUESTION = {"content": "What is the least number that is no sum of two squares?"}

DOCUMENTS = (Route("GET", "/openapi.json"), Route("GET", "/docs"))
WEB_PUBLIC = (
    Route("POST", "/api/register", _CREDENTIALS),
    Route("POST", "/api/login", _CREDENTIALS),
)
WEB = (
    Route("POST", "/api/logout"),
    Route("GET", "/api/user"),
    Route("DELETE", "/api/user"),
    Route("POST", "/api/settings/password", _NEW_PASSWORD),
    Route("POST", "/api/settings/apikey", {"apiKey": "sk-" + "k" * 40}),
    Route("DELETE", "/api/settings/apikey"),
    Route("POST", "/api/settings/default-assistant", {"assistantId": 1}),
    Route("GET", "/api/assistants"),
    Route("POST", "/api/assistants", {"name": "Ada"}),
    Route("GET", "/api/assistants/1"),
    Route("PATCH", "/api/assistants/1", {"name": "Eve"}),
    Route("DELETE", "/api/assistants/1"),
    Route("GET", "/api/threads"),
    Route("POST", "/api/thread/new", {"assistantId": 1}),
    Route("PATCH", "/api/threads/1", {"title": "Squares"}),
    Route("DELETE", "/api/threads/1"),
    Route("GET", "/api/threads/1/messages"),
    Route("GET", "/api/threads/1/runs"),
    Route("POST", "/api/chat", {"threadId": 1, "message": "Hello!"}),
    Route("POST", "/api/upload"),
    Route("POST", "/api/uploads", {"files": [{"path": "docs/a.md", "size": 4}]}),
    Route("GET", "/api/uploads"),
    Route("GET", "/api/uploads/upload_1"),
    Route("POST", "/api/uploads/upload_1/cancel"),
    Route("POST", "/api/upload-directory", {"dir": "docs", "assistantId": 1}),
    Route("GET", "/api/files"),
    Route("DELETE", "/api/files/file-1"),
    Route("GET", "/api/runs/run_1"),
    Route("POST", "/api/runs/run_1/cancel"),
)
V1_PUBLIC = (Route("POST", "/api/v1/auth/token", _CREDENTIALS),)
V1 = (
    Route("DELETE", "/api/v1/auth/token"),
    Route("GET", "/api/v1/assistant"),
    Route("POST", "/api/v1/assistant", {"name": "Ada"}),
    Route("DELETE", "/api/v1/assistant"),
    Route("POST", "/api/v1/assistant/admin", {"name": "Ada"}),
    Route("GET", "/api/v1/assistant/1"),
    Route("DELETE", "/api/v1/assistant/1"),
    Route("GET", "/api/v1/assistant/1/instructions"),
    Route("PUT", "/api/v1/assistant/1/instructions", {"instructions": "Be brief."}),
    Route("GET", "/api/v1/threads"),
    Route("GET", "/api/v1/thread"),
    Route("POST", "/api/v1/thread", {"assistantId": 1, **_QUESTION}),
    Route("DELETE", "/api/v1/thread"),
    Route("GET", "/api/v1/thread/thread_1"),
    Route("POST", "/api/v1/thread/thread_1", _QUESTION),
    Route("PUT", "/api/v1/thread/thread_1", {"name": "Squares"}),
    Route("DELETE", "/api/v1/thread/thread_1"),
    Route("GET", "/api/v1/thread/thread_1/runs"),
    Route("GET", "/api/v1/runs/run_1"),
    Route("POST", "/api/v1/runs/run_1/cancel"),
    Route("GET", "/api/v1/config/assistant/limit"),
    Route("PUT", "/api/v1/config/assistant/limit/7"),
)
PUBLIC = WEB_PUBLIC + V1_PUBLIC
PROTECTED = WEB + V1
ROUTES = PUBLIC + PROTECTED
WITH_BODY = tuple(route for route in ROUTES if route.body is not None)
