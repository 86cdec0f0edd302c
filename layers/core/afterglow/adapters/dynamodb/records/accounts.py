"""Users and sessions from items and back."""

from collections.abc import Mapping
from datetime import date

from afterglow.adapters.dynamodb.records.numbers import optional_int
from afterglow.adapters.dynamodb.tables.accounts import ProfileItem, SessionItem
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.domain.models import ApiKeyRecord, Role, Session, SessionKind, User


def user_from(item: ProfileItem) -> User:
    """Return the user of a profile."""
    return User(
        id=int(item.user_id),
        username=item.username,
        password_hash=item.password_hash,
        created_at=item.created_at,
        role=Role(item.role),
        default_assistant_id=optional_int(item.default_assistant_id),
        api_key=_api_key_from(item),
        session_epoch=int(item.session_epoch),
        is_disabled=item.is_disabled,
    )


def _api_key_from(item: ProfileItem) -> ApiKeyRecord | None:
    if item.key_stored_at is None:
        return None
    return ApiKeyRecord(
        last4=item.key_last4 or "",
        fingerprint=item.key_fingerprint or "",
        version=item.key_version or "",
        stored_at=item.key_stored_at,
        model_shutdowns={
            model: date.fromisoformat(day)
            for model, day in (item.key_model_shutdowns or {}).items()
        },
    )


def model_shutdowns_to_json(shutdowns: Mapping[str, date]) -> dict[str, str]:
    """Return the last days of models as JSON."""
    return {model: day.isoformat() for model, day in shutdowns.items()}


def profile_of(user: User) -> ProfileItem:
    """Return a new user's profile."""
    return ProfileItem(
        user_key(user.id),
        "PROFILE",
        user_id=user.id,
        username=user.username,
        password_hash=user.password_hash,
        role=user.role.value,
        session_epoch=user.session_epoch,
        is_disabled=user.is_disabled,
        default_assistant_id=user.default_assistant_id,
        created_at=user.created_at,
    )


def session_item(session: Session) -> SessionItem:
    """Return what is stored of a session."""
    return SessionItem(
        user_key(session.user_id),
        session_key(session.token_hash),
        token_hash=session.token_hash,
        kind=session.kind.value,
        user_id=session.user_id,
        epoch=session.epoch,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
    )


def session_key(token_hash: str) -> str:
    """Return the key of a session among its user's."""
    return f"S#{token_hash}"


def session_from(item: SessionItem) -> Session:
    """Return the session."""
    return Session(
        token_hash=item.token_hash,
        user_id=int(item.user_id),
        epoch=int(item.epoch),
        created_at=item.created_at,
        last_seen_at=item.last_seen_at,
        expires_at=item.expires_at,
        kind=SessionKind(item.kind),
    )
