"""`SessionRepository` on DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.accounts import (
    session_from,
)
from afterglow.adapters.dynamodb.tables.accounts import (
    SessionItem,
    SessionPointerItem,
)
from afterglow.adapters.dynamodb.tables.base import (
    user_key,
)
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.models import Session


class DynamoSessionRepository:
    """Signed-in browsers and programs."""

    def add(self, session: Session) -> None:
        """Store a new session."""
        write_transaction(lambda transaction: save_session(transaction, session))

    def get(self, token_hash: str) -> Session | None:
        """Return the session as of now, expired or not, or None."""
        try:
            item = SessionItem.get(f"S#{token_hash}", "SESSION", consistent_read=True)
        except SessionItem.DoesNotExist:
            return None
        return session_from(item)

    def list(self, user_id: int) -> Sequence[Session]:
        """Return a user's sessions, expired ones too."""
        pointers = SessionPointerItem.query(
            user_key(user_id), SessionPointerItem.item.startswith("S#"), consistent_read=True
        )
        keys = [(pointer.item, "SESSION") for pointer in pointers]
        return [session_from(item) for item in SessionItem.batch_get(keys, consistent_read=True)]

    def touch(self, session: Session, now: datetime) -> None:
        """Note that the session was used; nothing happens if it has ended meanwhile."""
        with suppress(ConditionFailedError), conditional_write():
            _item(session).update(
                actions=[SessionItem.last_seen_at.set(now)], condition=SessionItem.owner.exists()
            )

    def delete(self, session: Session) -> None:
        """End a session; nothing happens if it has ended already."""

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(_item(session))
            transaction.delete(_pointer(session))

        write_transaction(fill)


def save_session(transaction: TransactWrite, session: Session) -> None:
    """Have the transaction store a new session."""
    transaction.save(_item(session))
    transaction.save(_pointer(session))


def _item(session: Session) -> SessionItem:
    return SessionItem(
        f"S#{session.token_hash}",
        "SESSION",
        token_hash=session.token_hash,
        kind=session.kind.value,
        user_id=session.user_id,
        epoch=session.epoch,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
    )


def _pointer(session: Session) -> SessionPointerItem:
    return SessionPointerItem(
        user_key(session.user_id),
        f"S#{session.token_hash}",
        token_hash=session.token_hash,
        expires_at=session.expires_at,
    )
