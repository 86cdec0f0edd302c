"""Users and their sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do beyond owning things."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """What is known of a user's OpenAI key without knowing the key.

    `fingerprint` is HMAC-SHA256 of the key under the deployment's pepper, in hex. `version` is the
    vault's: of several keys set at once, this record decides which one is used. `model_shutdowns`
    holds the models that OpenAI was about to shut down when the key was stored, with the day.
    """

    last4: str
    fingerprint: str
    version: str
    stored_at: datetime
    model_shutdowns: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class User:
    """Someone who registered. `session_epoch` grows to end all of the user's sessions at once."""

    id: int
    username: str
    password_hash: str
    created_at: datetime
    role: Role = Role.USER
    default_assistant_id: int | None = None
    api_key: ApiKeyRecord | None = None
    session_epoch: int = 0
    is_disabled: bool = False


class SessionKind(StrEnum):
    """How a session's token travels, and with that the one dialect it opens."""

    COOKIE = "cookie"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser or program. Only the SHA-256 of its token is known, in hex."""

    token_hash: str
    user_id: int
    epoch: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    kind: SessionKind = SessionKind.COOKIE
