"""The ports of accounts in memory."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.models import ApiKeyRecord, Assistant, Role, Session, User


class InMemorySessions:
    """`SessionRepository` on a dict."""

    def __init__(self) -> None:
        self.by_hash: dict[str, Session] = {}
        self.touches = 0

    def add(self, session: Session) -> None:
        """Store a new session."""
        self.by_hash[session.token_hash] = session

    def get(self, user_id: int, token_hash: str) -> Session | None:
        """Return a user's session as of now, expired or not, or None."""
        session = self.by_hash.get(token_hash)
        return session if session is not None and session.user_id == user_id else None

    def list(self, user_id: int) -> Sequence[Session]:
        """Return a user's sessions, expired ones too."""
        return [session for session in self.by_hash.values() if session.user_id == user_id]

    def touch(self, session: Session, now: datetime) -> None:
        """Note that the session was used; nothing happens if it has ended meanwhile."""
        self.touches += 1
        stored = self.by_hash.get(session.token_hash)
        if stored is not None:
            self.add(replace(stored, last_seen_at=now))

    def delete(self, session: Session) -> None:
        """End a session; nothing happens if it has ended already."""
        self.by_hash.pop(session.token_hash, None)


class InMemoryAccounts:
    """`AccountRepository` on two dicts."""

    def __init__(self, sessions: InMemorySessions) -> None:
        self.sessions = sessions
        self.assistants: dict[tuple[int, int], Assistant] = {}
        self.deleted: dict[int, datetime] = {}
        self.deleted_assistants: dict[tuple[int, int], datetime] = {}
        self.gone: dict[int, User] = {}
        self.by_id: dict[int, User] = {}
        self.ids: dict[str, int] = {}

    def create(self, user: User, session: Session) -> None:
        """Store both or neither. Raises InvalidInputError if the name is taken."""
        if user.username in self.ids:
            raise InvalidInputError(
                "Username already taken", details=({"field": "username", "code": "taken"},)
            )
        self.ids[user.username] = user.id
        self.by_id[user.id] = user
        self.sessions.add(session)

    def get(self, user_id: int) -> User | None:
        """Return the user as of now, or None."""
        return self.by_id.get(user_id)

    def signed_in(self, user_id: int, token_hash: str) -> tuple[User, Session] | None:
        """Return a user and a session of theirs, expired or not, or None."""
        user, session = self.get(user_id), self.sessions.get(user_id, token_hash)
        return None if user is None or session is None else (user, session)

    def find(self, username: str) -> User | None:
        """Return the user of a normalized name, or None."""
        return self.by_id.get(self.ids.get(username, 0))

    def replace_password_hash(self, user: User, password_hash: str) -> None:
        """Store another hash of the same password, unless the password has changed meanwhile."""
        stored = self.by_id[user.id]
        if stored.password_hash == user.password_hash:
            self.by_id[user.id] = replace(stored, password_hash=password_hash)

    def change_password(self, user: User, password_hash: str, session: Session) -> None:
        """Store another password's hash and a session of the epoch that begins with it."""
        stored = self.by_id[user.id]
        if (stored.password_hash, stored.session_epoch) != (user.password_hash, user.session_epoch):
            raise ConflictError("The password has changed meanwhile")
        self._change(user.id, password_hash=password_hash, session_epoch=session.epoch)
        self.sessions.add(session)

    def set_api_key(self, user_id: int, record: ApiKeyRecord) -> None:
        """Remember which key the vault holds."""
        self._change(user_id, api_key=record)

    def clear_api_key(self, user_id: int, version: str) -> None:
        """Forget a version of the key; nothing happens if another one has come, or none is left."""
        user = self.by_id.get(user_id)
        if user is not None and user.api_key is not None and user.api_key.version == version:
            self._change(user_id, api_key=None)

    def set_default_assistant(self, user_id: int, assistant_id: int | None) -> None:
        """Choose the default assistant. Raises NotFoundError if the user has no such assistant."""
        if assistant_id is not None and (user_id, assistant_id) not in self.assistants:
            raise NotFoundError("Assistant not found")
        self._change(user_id, default_assistant_id=assistant_id)

    def set_role(self, user_id: int, role: Role) -> None:
        """Change what a user may do."""
        self._change(user_id, role=role)

    def disable(self, user_id: int) -> None:
        """Let a user in no more and end every session."""
        epoch = self.by_id[user_id].session_epoch if user_id in self.by_id else 0
        self._change(user_id, is_disabled=True, session_epoch=epoch + 1)

    def enable(self, user_id: int) -> None:
        """Let a user in again."""
        self._change(user_id, is_disabled=False)

    def delete(self, user_id: int, now: datetime) -> None:
        """Have the user gone at once, and everything they have cleared away by and by."""
        user = self.by_id.pop(user_id, None)
        if user is not None:
            self.gone[user_id] = user
            self.deleted[user_id] = now

    def _change(self, user_id: int, **facts: Any) -> None:
        if user_id not in self.by_id:
            raise NotFoundError("User not found")
        self.by_id[user_id] = replace(self.by_id[user_id], **facts)


class InMemoryVault:
    """`KeyVault` on a dict."""

    def __init__(self) -> None:
        self.keys: dict[int, str] = {}
        self.versions: dict[tuple[int, str], str] = {}

    def put(self, user_id: int, api_key: str) -> str:
        """Keep a user's key as the newest of that user's and return which version it is."""
        version = str(uuid4())
        self.keys[user_id] = self.versions[user_id, version] = api_key
        return version

    def get(self, user_id: int, version: str) -> str | None:
        """Return a version of a user's key, or None."""
        return self.versions.get((user_id, version))

    def delete(self, user_id: int) -> None:
        """Have every version of a user's key gone at once; that there is none is no error."""
        self.keys.pop(user_id, None)
        self.versions = {
            (owner, version): key
            for (owner, version), key in self.versions.items()
            if owner != user_id
        }

    def fingerprint(self, api_key: str) -> str:
        """Return the key's HMAC-SHA256 under the deployment's pepper, in hex."""
        return hmac.new(b"pepper of the fakes", api_key.encode(), hashlib.sha256).hexdigest()


class FastHasher:
    """`PasswordHasher` that takes no time and counts what would have."""

    def __init__(self, parameters: str = "t=2") -> None:
        self.parameters = parameters
        self.hashed = 0
        self.verified = 0

    def hash(self, password: str) -> str:
        """Return a new salted hash."""
        self.hashed += 1
        digest = hashlib.sha256(f"{self.hashed} {password}".encode()).hexdigest()
        return f"{self.parameters}${self.hashed}${digest}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether they match. With no hash, take as long and answer False."""
        self.verified += 1
        if password_hash is None:
            return False
        _, salt, digest = password_hash.split("$")
        return hashlib.sha256(f"{salt} {password}".encode()).hexdigest() == digest

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return not password_hash.startswith(f"{self.parameters}$")
