"""`AccountRepository` on DynamoDB."""

from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.reading import read_together
from afterglow.adapters.dynamodb.records.accounts import (
    model_shutdowns_to_json,
    profile_of,
    session_from,
    session_item,
    session_key,
    user_from,
)
from afterglow.adapters.dynamodb.tables.accounts import (
    ProfileItem,
    SessionItem,
    UsernameItem,
)
from afterglow.adapters.dynamodb.tables.base import (
    number_key,
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import AssistantItem
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    ContentionError,
    conditional_write,
    write_transaction,
)
from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.models import ApiKeyRecord, Role, Session, User

# Users' ids begin at 1.
NOBODY = 0
_IS_THERE = ProfileItem.owner.exists() & ProfileItem.deleted_at.does_not_exist()


class DynamoAccountRepository:
    """Users, and which names are taken."""

    def create(self, user: User, session: Session) -> None:
        """Store both or neither. Raises InvalidInputError if the name is taken."""

        def fill(transaction: TransactWrite) -> None:
            name = UsernameItem(f"N#{user.username}", "NAME", user_id=user.id)
            transaction.save(name, condition=UsernameItem.owner.does_not_exist())
            transaction.save(profile_of(user), condition=ProfileItem.owner.does_not_exist())
            transaction.save(session_item(session))

        try:
            write_transaction(fill)
        except ConditionFailedError:
            # User ids do not meet by chance, so it is the name.
            raise InvalidInputError(
                "Username already taken", details=({"field": "username", "code": "taken"},)
            ) from None

    def get(self, user_id: int) -> User | None:
        """Return the user as of now, or None."""
        try:
            item = ProfileItem.get(user_key(user_id), "PROFILE", consistent_read=True)
        except ProfileItem.DoesNotExist:
            return None
        return _there(item)

    def signed_in(self, user_id: int, token_hash: str) -> tuple[User, Session] | None:
        """Return a user and a session of theirs, expired or not, or None. It is one trip."""
        owner = user_key(user_id)
        profile, session = read_together(
            ProfileItem(owner, "PROFILE"), SessionItem(owner, session_key(token_hash))
        )
        user = None if profile is None else _there(profile)
        return None if user is None or session is None else (user, session_from(session))

    def find(self, username: str) -> User | None:
        """Return the user of a normalized name, or None."""
        try:
            name = UsernameItem.get(f"N#{username}", "NAME", consistent_read=True)
        except UsernameItem.DoesNotExist:
            # The same reads as for a name that is taken, so that time does not tell them apart.
            return self.get(NOBODY)
        return self.get(int(name.user_id))

    def replace_password_hash(self, user: User, password_hash: str) -> None:
        """Store another hash of the same password, unless the password has changed meanwhile."""
        with suppress(ConditionFailedError), conditional_write():
            _profile(user.id).update(
                actions=[ProfileItem.password_hash.set(password_hash)],
                condition=ProfileItem.password_hash == user.password_hash,
            )

    def change_password(self, user: User, password_hash: str, session: Session) -> None:
        """Store another password's hash and a session of the epoch that begins with it."""

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                _profile(user.id),
                actions=[
                    ProfileItem.password_hash.set(password_hash),
                    ProfileItem.session_epoch.set(session.epoch),
                ],
                condition=(ProfileItem.password_hash == user.password_hash)
                & (ProfileItem.session_epoch == user.session_epoch),
            )
            transaction.save(session_item(session))

        try:
            write_transaction(fill)
        except ConditionFailedError:
            raise ConflictError("The password has changed meanwhile") from None

    def set_api_key(self, user_id: int, record: ApiKeyRecord) -> None:
        """Remember which key the vault holds."""
        _update(
            user_id,
            ProfileItem.key_last4.set(record.last4),
            ProfileItem.key_fingerprint.set(record.fingerprint),
            ProfileItem.key_version.set(record.version),
            ProfileItem.key_stored_at.set(record.stored_at),
            ProfileItem.key_model_shutdowns.set(model_shutdowns_to_json(record.model_shutdowns)),
        )

    def clear_api_key(self, user_id: int, version: str) -> None:
        """Forget a version of the key; nothing happens if another one has come, or none is left."""
        with suppress(ConditionFailedError), conditional_write():
            _profile(user_id).update(
                actions=[
                    ProfileItem.key_last4.remove(),
                    ProfileItem.key_fingerprint.remove(),
                    ProfileItem.key_version.remove(),
                    ProfileItem.key_stored_at.remove(),
                    ProfileItem.key_model_shutdowns.remove(),
                ],
                condition=ProfileItem.key_version == version,
            )

    def set_default_assistant(self, user_id: int, assistant_id: int | None) -> None:
        """Choose the default assistant. Raises NotFoundError if the user has no such assistant."""
        if assistant_id is None:
            _update(user_id, ProfileItem.default_assistant_id.remove())
            return
        assistant = AssistantItem(user_key(user_id), number_key("A", assistant_id))

        def fill(transaction: TransactWrite) -> None:
            transaction.condition_check(
                AssistantItem,
                assistant.owner,
                assistant.item,
                condition=AssistantItem.owner.exists(),
            )
            transaction.update(
                _profile(user_id),
                actions=[ProfileItem.default_assistant_id.set(assistant_id)],
                condition=_IS_THERE,
            )

        try:
            write_transaction(fill)
        except ConditionFailedError:
            raise NotFoundError("Assistant not found") from None
        except ContentionError:
            raise ConflictError("The assistants are being changed") from None

    def set_role(self, user_id: int, role: Role) -> None:
        """Change what a user may do."""
        _update(user_id, ProfileItem.role.set(role.value))

    def disable(self, user_id: int) -> None:
        """Let a user in no more and end every session."""
        _update(user_id, ProfileItem.is_disabled.set(True), ProfileItem.session_epoch.add(1))

    def enable(self, user_id: int) -> None:
        """Let a user in again."""
        _update(user_id, ProfileItem.is_disabled.set(False))

    def delete(self, user_id: int, now: datetime) -> None:
        """Have the user gone at once, and everything they have cleared away by and by."""

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                _profile(user_id),
                actions=[ProfileItem.deleted_at.set(now), ProfileItem.session_epoch.add(1)],
                condition=_IS_THERE,
            )
            transaction.save(
                DeletionItem(user_key(user_id), "USER", user_id=user_id, requested_at=now)
            )

        with suppress(ConditionFailedError):
            write_transaction(fill)


def _there(item: ProfileItem) -> User | None:
    return user_from(item) if item.deleted_at is None else None


def _profile(user_id: int) -> ProfileItem:
    return ProfileItem(user_key(user_id), "PROFILE")


def _update(user_id: int, *actions: Action) -> None:
    """Change the profile of a user who is there. Raises NotFoundError for one who is not."""
    try:
        with conditional_write():
            _profile(user_id).update(
                actions=list(actions),
                condition=_IS_THERE,
            )
    except ConditionFailedError:
        raise NotFoundError("User not found") from None
