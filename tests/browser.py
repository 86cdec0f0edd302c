"""A browser: it keeps its cookie and knows how to hold a conversation."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from afterglow import bootstrap
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.bootstrap import ports
from afterglow.domain.models import ApiKeyRecord, SessionKind
from afterglow.services.sessions import token_hash
from tests.canaries import canary, canary_key, watched
from tests.delivery import deliver
from tests.events import Answer, event
from tests.examples import a_session, a_token, a_user


class Browser:
    """One user agent. What it makes up is secret: every delivery looks for it."""

    def __init__(self) -> None:
        self.cookie: str | None = None
        self.token: str | None = None
        self.username = canary("name").lower()
        self.password = canary("password")
        self.api_key = canary_key()

    def request(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        """Send a request, with the credential of its dialect unless another is given."""
        if self.token and path.startswith("/api/v1/"):
            bearer = {"Authorization": f"Bearer {self.token}"}
            options = options | {"headers": bearer | options.get("headers", {})}
        else:
            options = {"cookie": self.cookie} | options
        answer = deliver(event(method, path, body, **options))
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

    def enter(self) -> "Browser":
        """Be signed in as a user with a key, by another way than the routes'."""
        user = a_user(username=self.username)
        token, now = watched(a_token(user.id)), bootstrap.now()
        session = a_session(
            user,
            token_hash=token_hash(token),
            last_seen_at=now,
            expires_at=now + timedelta(days=1),
        )
        DynamoAccountRepository().create(user, session)
        self.token = watched("oak_" + a_token(user.id))
        program = replace(session, token_hash=token_hash(self.token), kind=SessionKind.BEARER)
        DynamoSessionRepository().add(program)
        vault = ports.vault()
        version = vault.put(user.id, self.api_key)
        record = ApiKeyRecord(self.api_key[-4:], vault.fingerprint(self.api_key), version, now)
        DynamoAccountRepository().set_api_key(user.id, record)
        self.cookie = f"sid={token}"
        return self

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
