"""`SessionRepository` on DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from afterglow.adapters.dynamodb.records.accounts import session_from, session_item, session_key
from afterglow.adapters.dynamodb.tables.accounts import SessionItem
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.domain.models import Session


class DynamoSessionRepository:
    """Signed-in browsers and programs."""

    def add(self, session: Session) -> None:
        """Store a new session."""
        session_item(session).save()

    def get(self, user_id: int, token_hash: str) -> Session | None:
        """Return a user's session as of now, expired or not, or None."""
        try:
            item = SessionItem.get(user_key(user_id), session_key(token_hash), consistent_read=True)
        except SessionItem.DoesNotExist:
            return None
        return session_from(item)

    def list(self, user_id: int) -> Sequence[Session]:
        """Return a user's sessions, expired ones too."""
        items = SessionItem.query(
            user_key(user_id), SessionItem.item.startswith(session_key("")), consistent_read=True
        )
        return list(map(session_from, items))

    def touch(self, session: Session, now: datetime) -> None:
        """Note that the session was used; nothing happens if it has ended meanwhile."""
        with suppress(ConditionFailedError), conditional_write():
            _key(session).update(
                actions=[SessionItem.last_seen_at.set(now)], condition=SessionItem.owner.exists()
            )

    def delete(self, session: Session) -> None:
        """End a session; nothing happens if it has ended already."""
        _key(session).delete()


def _key(session: Session) -> SessionItem:
    return SessionItem(user_key(session.user_id), session_key(session.token_hash))
