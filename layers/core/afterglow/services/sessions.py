"""Signed-in browsers: who is calling, and for how long."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import AuthenticationError
from afterglow.domain.models import Session, User
from afterglow.ports.accounts import AccountRepository, SessionRepository
from afterglow.ports.clock import Clock

SESSION_LIFETIME = timedelta(days=7)
SESSION_IDLE = timedelta(hours=12)
MAX_SESSIONS = 10
# A session's last use is written down only when it is at least this stale.
TOUCH_EVERY = timedelta(minutes=5)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a session token in hex: the form in which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SessionService:
    """Sessions of all users. A token is known to the browser only."""

    accounts: AccountRepository
    sessions: SessionRepository
    now: Clock

    def new(self, user: User) -> tuple[str, Session]:
        """Return a token of 256 bits and the session it stands for, which is yet to be stored."""
        token, now = secrets.token_urlsafe(32), self.now()
        return token, Session(
            token_hash=token_hash(token),
            user_id=user.id,
            epoch=user.session_epoch,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFETIME,
        )

    def begin(self, user: User) -> str:
        """Store a new session, ending the oldest ones beyond ten, and return its token."""
        self._make_room(user)
        token, session = self.new(user)
        self.sessions.add(session)
        return token

    def end(self, token: str | None) -> None:
        """End the session of a token, if there is one."""
        session = self.sessions.get(token_hash(token)) if token else None
        if session is not None:
            self.sessions.delete(session)

    def authenticate(self, token: str) -> User:
        """Return who holds this token. Raises AuthenticationError."""
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

    def _make_room(self, user: User) -> None:
        """End dead sessions, and the oldest ones while there are too many for another."""
        now = self.now()
        sessions = sorted(self.sessions.list(user.id), key=lambda session: session.created_at)
        alive = [session for session in sessions if _is_alive(session, now)]
        keep = {session.token_hash for session in alive[-(MAX_SESSIONS - 1) :]}
        for session in sessions:
            if session.token_hash not in keep:
                self.sessions.delete(session)


def _is_alive(session: Session, now: datetime) -> bool:
    return now < session.expires_at and now - session.last_seen_at < SESSION_IDLE
