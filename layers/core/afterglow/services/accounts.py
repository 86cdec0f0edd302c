"""Register, sign in, sign out, and who is calling."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from afterglow.domain.errors import (
    AuthenticationError,
    InvalidInputError,
    PermissionDeniedError,
)
from afterglow.domain.identifiers import new_user_id
from afterglow.domain.models import Session, User
from afterglow.domain.passwords import check_new_password, normalize_password
from afterglow.domain.usernames import normalize_username
from afterglow.ports.accounts import (
    AccountRepository,
    PasswordHasher,
    SessionRepository,
)
from afterglow.ports.clock import Clock

SESSION_LIFETIME = timedelta(days=7)
SESSION_IDLE = timedelta(hours=12)
MAX_SESSIONS = 10
# A session's last use is written down only when it is at least this stale.
TOUCH_EVERY = timedelta(minutes=5)

_WRONG = "Invalid username or password"


def token_hash(token: str) -> str:
    """Return the SHA-256 of a session token in hex: the form in which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user, and the session token to hand out once."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What the operator decides about accounts."""

    registration_open: bool
    password_min_length: int


@dataclass(frozen=True, slots=True)
class AccountService:
    """Users and their sessions."""

    accounts: AccountRepository
    sessions: SessionRepository
    hasher: PasswordHasher
    is_common_password: Callable[[str], bool]
    policy: AccountPolicy
    now: Clock

    def register(
        self, raw_username: str, raw_password: str, *, presented: str | None = None
    ) -> SignedIn:
        """Create a user, sign in and end the session `presented`.

        Raises PermissionDeniedError, InvalidInputError.
        """
        if not self.policy.registration_open:
            raise PermissionDeniedError("Registration is closed")
        username = normalize_username(raw_username)
        password = normalize_password(raw_password)
        check_new_password(
            password,
            username=username,
            min_length=self.policy.password_min_length,
            is_common=self.is_common_password,
        )
        user = User(
            id=new_user_id(),
            username=username,
            password_hash=self.hasher.hash(password),
            created_at=self.now(),
        )
        token, session = self._new_session(user)
        self.accounts.create(user, session)
        self._end(presented)
        return SignedIn(user, token)

    def login(
        self, raw_username: str, raw_password: str, *, presented: str | None = None
    ) -> SignedIn:
        """Sign in with a new session and end the one `presented`. Raises AuthenticationError."""
        user = self._verified(raw_username, raw_password)
        self._end(presented)
        self._make_room(user)
        token, session = self._new_session(user)
        self.sessions.add(session)
        return SignedIn(user, token)

    def logout(self, token: str | None) -> None:
        """End a session, if there is one."""
        self._end(token)

    def authenticate(self, token: str) -> User:
        """Return who holds this session token. Raises AuthenticationError."""
        now = self.now()
        session = self.sessions.get(token_hash(token))
        if session is None or not _is_alive(session, now):
            raise AuthenticationError("Unauthorized")
        user = self.accounts.get(session.user_id)
        if user is None or user.is_disabled or user.session_epoch != session.epoch:
            raise AuthenticationError("Unauthorized")
        if now - session.last_seen_at >= TOUCH_EVERY:
            self.sessions.touch(session, now)
        return user

    def _verified(self, raw_username: str, raw_password: str) -> User:
        """Return the user whose password this is, at the same cost whether or not there is one."""
        try:
            username = normalize_username(raw_username)
            password = normalize_password(raw_password)
        except InvalidInputError:
            # No account can look like this, so there is nothing to compare with and nothing to hide.
            raise AuthenticationError(_WRONG) from None
        user = self.accounts.find(username)
        matches = self.hasher.verify(user.password_hash if user else None, password)
        if user is None or user.is_disabled or not matches:
            raise AuthenticationError(_WRONG)
        return self._with_fresh_hash(user, password)

    def _with_fresh_hash(self, user: User, password: str) -> User:
        if not self.hasher.needs_rehash(user.password_hash):
            return user
        password_hash = self.hasher.hash(password)
        self.accounts.replace_password_hash(user, password_hash)
        return replace(user, password_hash=password_hash)

    def _new_session(self, user: User) -> tuple[str, Session]:
        token, now = secrets.token_urlsafe(32), self.now()
        return token, Session(
            token_hash=token_hash(token),
            user_id=user.id,
            epoch=user.session_epoch,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFETIME,
        )

    def _make_room(self, user: User) -> None:
        """End dead sessions, and the oldest ones while there are too many for another."""
        now = self.now()
        sessions = sorted(self.sessions.list(user.id), key=lambda session: session.created_at)
        alive = [session for session in sessions if _is_alive(session, now)]
        keep = {session.token_hash for session in alive[-(MAX_SESSIONS - 1) :]}
        for session in sessions:
            if session.token_hash not in keep:
                self.sessions.delete(session)

    def _end(self, token: str | None) -> None:
        session = self.sessions.get(token_hash(token)) if token else None
        if session is not None:
            self.sessions.delete(session)


def _is_alive(session: Session, now: datetime) -> bool:
    return now < session.expires_at and now - session.last_seen_at < SESSION_IDLE
