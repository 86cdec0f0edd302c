"""A browser: it keeps its cookie and knows how to hold a conversation."""

from typing import Any

from tests.canaries import canary, canary_key
from tests.delivery import deliver
from tests.events import Answer, event


class Browser:
    """One user agent. What it makes up is secret: every delivery looks for it."""

    def __init__(self) -> None:
        self.cookie: str | None = None
        self.username = canary("name").lower()
        self.password = canary("password")
        self.api_key = canary_key()

    def request(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        """Send a request, with the cookie unless another is given."""
        answer = deliver(event(method, path, body, **{"cookie": self.cookie} | options))
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.cookie()
        return answer

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        """Send a POST."""
        return self.request("POST", path, body, **options)

    def credentials(self) -> dict[str, str]:
        """Return what to log in with."""
        return {"username": self.username, "password": self.password}

    def register(self) -> "Browser":
        """Sign up."""
        assert self.post("/api/register", self.credentials()).status == 201
        return self

    def store_key(self) -> "Browser":
        """Store the OpenAI key."""
        assert self.post("/api/settings/apikey", {"apiKey": self.api_key}).status == 200
        return self

    def create_assistant(self, **facts: object) -> int:
        """Create an assistant and return its id."""
        body = {"name": "Ada", "instructions": canary("instructions")} | facts
        answer = self.post("/api/assistants", body)
        assert answer.status == 201
        return int(answer.body["id"])

    def open_thread(self, assistant_id: int | None = None) -> int:
        """Open a thread and return its id."""
        assistant_id = assistant_id or self.create_assistant()
        answer = self.post("/api/thread/new", {"assistantId": assistant_id})
        assert answer.status == 201
        return int(answer.body["id"])

    def say(self, thread_id: int, message: str | None = None) -> Answer:
        """Send a message."""
        body = {"threadId": thread_id, "message": message or canary("message")}
        return self.post("/api/chat", body)

    def messages(self, thread_id: int) -> list[dict[str, Any]]:
        """Return a thread's messages."""
        answer = self.get(f"/api/threads/{thread_id}/messages")
        assert answer.status == 200
        return list(answer.body)
