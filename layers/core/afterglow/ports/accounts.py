"""Users, their sessions and their secrets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import ApiKeyRecord, Role, Session, User


class AccountRepository(Protocol):
    """Users, and which names are taken."""

    def create(self, user: User, session: Session) -> None:
        """Store both or neither. Raises InvalidInputError if the name is taken."""
        ...

    def get(self, user_id: int) -> User | None:
        """Return the user as of now, or None."""
        ...

    def signed_in(self, user_id: int, token_hash: str) -> tuple[User, Session] | None:
        """Return a user and a session of theirs, expired or not, or None. It is one trip."""
        ...

    def find(self, username: str) -> User | None:
        """Return the user of a normalized name, or None."""
        ...

    def replace_password_hash(self, user: User, password_hash: str) -> None:
        """Store another hash of the same password, unless the password has changed meanwhile."""
        ...

    def change_password(self, user: User, password_hash: str, session: Session) -> None:
        """Store another password's hash and a session of the epoch that begins with it.

        All older sessions are over. Raises ConflictError if the password has changed meanwhile.
        """
        ...

    def set_api_key(self, user_id: int, record: ApiKeyRecord) -> None:
        """Remember which key the vault holds."""
        ...

    def clear_api_key(self, user_id: int, version: str) -> None:
        """Forget a version of the key; nothing happens if another one has come, or none is left."""
        ...

    def set_default_assistant(self, user_id: int, assistant_id: int | None) -> None:
        """Choose the default assistant. Raises NotFoundError if the user has no such assistant."""
        ...

    def set_role(self, user_id: int, role: Role) -> None:
        """Change what a user may do."""
        ...

    def disable(self, user_id: int) -> None:
        """Let a user in no more and end every session."""
        ...

    def enable(self, user_id: int) -> None:
        """Let a user in again."""
        ...

    def delete(self, user_id: int, now: datetime) -> None:
        """Have the user gone at once, and everything they have cleared away by and by.

        The name stays taken until then. Nothing happens if the user is gone already.
        """
        ...


class AccountDirectory(Protocol):
    """All users, for the operator's eyes only."""

    def users(self, role: Role | None = None) -> Iterable[User]:
        """Return everyone, or everyone of a role, disabled ones too, in no order."""
        ...


class SessionRepository(Protocol):
    """Signed-in browsers."""

    def add(self, session: Session) -> None:
        """Store a new session."""
        ...

    def get(self, user_id: int, token_hash: str) -> Session | None:
        """Return a user's session as of now, expired or not, or None."""
        ...

    def list(self, user_id: int) -> Sequence[Session]:
        """Return a user's sessions, expired ones too."""
        ...

    def touch(self, session: Session, now: datetime) -> None:
        """Note that the session was used; nothing happens if it has ended meanwhile."""
        ...

    def delete(self, session: Session) -> None:
        """End a session; nothing happens if it has ended already."""
        ...


class KeyVault(Protocol):
    """The only place where OpenAI keys exist in clear."""

    def put(self, user_id: int, api_key: str) -> str:
        """Keep a user's key as the newest of that user's and return which version it is."""
        ...

    def get(self, user_id: int, version: str) -> str | None:
        """Return a version of a user's key, or None."""
        ...

    def delete(self, user_id: int) -> None:
        """Have every version of a user's key gone at once; that there is none is no error."""
        ...

    def fingerprint(self, api_key: str) -> str:
        """Return the key's HMAC-SHA256 under the deployment's pepper, in hex."""
        ...


class PasswordHasher(Protocol):
    """Slow hashes."""

    def hash(self, password: str) -> str:
        """Return a new salted hash."""
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether they match. With no hash, take as long and answer False."""
        ...

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        ...
