"""Those who chat: each with a key, an assistant, and words that nobody else may ever be sent."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.identifiers import new_opaque_id, new_user_id
from afterglow.domain.models import ApiKeyRecord, IdempotencyClaim, Session, User
from afterglow.services.assistants import AssistantDraft

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """A message and its key. `token` is in no other message."""

    user_id: int
    thread_id: int
    token: str
    content: str

    @property
    def claim(self) -> IdempotencyClaim:
        """Return the claim of whoever sends it, now."""
        return IdempotencyClaim(
            user_id=self.user_id,
            key=hashlib.sha256(self.token.encode()).hexdigest(),
            fingerprint=hashlib.sha256(self.content.encode()).hexdigest(),
            expires_at=bootstrap.now() + DAY,
        )


@dataclass(frozen=True)
class Tenant:
    """A user. `canary` is in everything they send."""

    user_id: int
    api_key: str
    canary: str
    assistant_id: int

    @classmethod
    def registered(cls, name: str) -> "Tenant":
        """Store a user with a key and an assistant."""
        user_id, now = new_user_id(), bootstrap.now()
        key, canary = f"sk-faults-{new_opaque_id('key')}", f"canary-{new_opaque_id(name)}"
        record = ApiKeyRecord(key[-4:], "f" * 64, ports.vault().put(user_id, key), now)
        user = User(user_id, f"faults-{user_id}", "no password", now)
        session = Session(new_opaque_id("hash"), user_id, 0, now, now, now + DAY)
        ports.accounts().create(user, session)
        ports.accounts().set_api_key(user_id, record)
        draft = AssistantDraft(name=name, instructions=f"You are {canary}.", tools=())
        assistant = bootstrap.assistant_service().create(user, draft)
        return cls(user_id, key, canary, assistant.id)

    @property
    def user(self) -> User:
        """Return the user as of now."""
        user = ports.accounts().get(self.user_id)
        if user is None:
            raise LookupError(self.user_id)
        return user

    def new_thread(self) -> int:
        """Open a thread and return its id."""
        service = bootstrap.thread_service()
        return service.create(self.user, title=None, assistant_id=self.assistant_id).id

    def question(self, thread_id: int, token: str) -> Question:
        """Return a message that is told from all others, and that the stand-in repeats."""
        content = f"My word of the day is {token}, and my sign is {self.canary}."
        return Question(self.user_id, thread_id, token, content)
