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


PUBLIC = (
    Route("POST", "/api/register", {"username": "someone", "password": "correct horse"}),
    Route("POST", "/api/login", {"username": "someone", "password": "correct horse"}),
)
PROTECTED = (
    Route("POST", "/api/logout"),
    Route("GET", "/api/user"),
    Route("POST", "/api/settings/apikey", {"apiKey": "sk-" + "k" * 40}),
    Route("GET", "/api/assistants"),
    Route("POST", "/api/assistants", {"name": "Ada"}),
    Route("GET", "/api/assistants/1"),
    Route("POST", "/api/thread/new", {"assistantId": 1}),
    Route("GET", "/api/threads/1/messages"),
    Route("POST", "/api/chat", {"threadId": 1, "message": "Hello!"}),
)
ROUTES = PUBLIC + PROTECTED
WITH_BODY = tuple(route for route in ROUTES if route.body is not None)
