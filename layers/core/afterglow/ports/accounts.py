"""Users, their sessions and their secrets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from afterglow.domain.models import ApiKeyRecord, Session, User


class AccountRepository(Protocol):
    """Users, and which names are taken."""

    def create(self, user: User, session: Session) -> None:
        """Store both or neither. Raises InvalidInputError if the name is taken."""
        ...

    def get(self, user_id: int) -> User | None:
        """Return the user as of now, or None."""
        ...

    def find(self, username: str) -> User | None:
        """Return the user of a normalized name, or None."""
        ...

    def replace_password_hash(self, user: User, password_hash: str) -> None:
        """Store another hash of the same password, unless the password has changed meanwhile."""
        ...

    def set_api_key(self, user_id: int, record: ApiKeyRecord) -> None:
        """Remember which key the vault holds."""
        ...


class SessionRepository(Protocol):
    """Signed-in browsers."""

    def add(self, session: Session) -> None:
        """Store a new session."""
        ...

    def get(self, token_hash: str) -> Session | None:
        """Return the session as of now, expired or not, or None."""
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
