"""Signed-in browsers and programs: who is calling, and for how long."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import AuthenticationError
from afterglow.domain.models import Session, SessionKind, User
from afterglow.ports.accounts import AccountRepository, SessionRepository
from afterglow.ports.clock import Clock

SESSION_LIFETIME = timedelta(days=7)
# A browser may be left open on somebody's desk; a program may have nothing to do for days.
COOKIE_IDLE = timedelta(hours=12)
# Of each kind.
MAX_SESSIONS = 10
# Tells people and scanners of leaked secrets what they have found.
BEARER_PREFIX = "oak_"
# A session's last use is written down only when it is at least this stale.
TOUCH_EVERY = timedelta(minutes=5)
# Whose it is comes first, so that user and session are read in one trip; then 256 bits.
_TOKEN = re.compile(r"(?:oak_)?([1-9][0-9]{0,15})\.[A-Za-z0-9_-]{43}")


def token_hash(token: str) -> str:
    """Return the SHA-256 of a session token in hex: the form in which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder_of(token: str) -> int | None:
    """Return whose token it says to be; None if it is none of ours."""
    match = _TOKEN.fullmatch(token)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class SessionService:
    """Sessions of all users. A token is known to the browser only."""

    accounts: AccountRepository
    sessions: SessionRepository
    now: Clock

    def new(self, user: User, kind: SessionKind = SessionKind.COOKIE) -> tuple[str, Session]:
        """Return a token of 256 bits and the session it stands for, which is yet to be stored."""
        token, now = _new_token(user.id, kind), self.now()
        return token, Session(
            token_hash=token_hash(token),
            user_id=user.id,
            epoch=user.session_epoch,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFETIME,
            kind=kind,
        )

    def begin(self, user: User, kind: SessionKind = SessionKind.COOKIE) -> str:
        """Store a new session, ending the oldest of its kind beyond ten, and return its token."""
        self._make_room(user, kind)
        token, session = self.new(user, kind)
        self.sessions.add(session)
        return token

    def end(self, token: str | None, kind: SessionKind = SessionKind.COOKIE) -> None:
        """End the session of a token, if there is one of that kind."""
        holder = holder_of(token) if token else None
        if token is None or holder is None:
            return
        session = self.sessions.get(holder, token_hash(token))
        if session is not None and session.kind is kind:
            self.sessions.delete(session)

    def authenticate(self, token: str, kind: SessionKind = SessionKind.COOKIE) -> User:
        """Return who holds this token of that kind. Raises AuthenticationError."""
        now, holder = self.now(), holder_of(token)
        known = None if holder is None else self.accounts.signed_in(holder, token_hash(token))
        if known is None:
            raise AuthenticationError("Unauthorized")
        user, session = known
        if session.kind is not kind or user.is_disabled or not _is_alive(session, user, now):
            raise AuthenticationError("Unauthorized")
        if now - session.last_seen_at >= TOUCH_EVERY:
            self.sessions.touch(session, now)
        return user

    def _make_room(self, user: User, kind: SessionKind) -> None:
        """End dead sessions, and the oldest ones while there are too many for another."""
        now = self.now()
        sessions = sorted(self.sessions.list(user.id), key=lambda session: session.created_at)
        alive = [session for session in sessions if _is_alive(session, user, now)]
        alike = [session for session in alive if session.kind is kind]
        too_many = {session.token_hash for session in alike[: 1 - MAX_SESSIONS]}
        keep = {session.token_hash for session in alive} - too_many
        for session in sessions:
            if session.token_hash not in keep:
                self.sessions.delete(session)


def _new_token(user_id: int, kind: SessionKind) -> str:
    prefix = BEARER_PREFIX if kind is SessionKind.BEARER else ""
    return f"{prefix}{user_id}.{secrets.token_urlsafe(32)}"


def _is_alive(session: Session, user: User, now: datetime) -> bool:
    """Tell whether a session opens the door; a user's next epoch ends all that came before."""
    is_idle = now - session.last_seen_at >= COOKIE_IDLE and session.kind is SessionKind.COOKIE
    return session.epoch == user.session_epoch and now < session.expires_at and not is_idle
