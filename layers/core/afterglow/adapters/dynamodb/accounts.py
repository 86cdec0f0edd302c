"""`AccountRepository` on DynamoDB."""

from contextlib import suppress

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.accounts import (
    profile_of,
    user_from,
)
from afterglow.adapters.dynamodb.sessions import save_session
from afterglow.adapters.dynamodb.tables.accounts import (
    ProfileItem,
    UsernameItem,
)
from afterglow.adapters.dynamodb.tables.base import (
    user_key,
)
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_update,
    write_transaction,
)
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import ApiKeyRecord, Session, User

# Users' ids begin at 1.
NOBODY = 0


class DynamoAccountRepository:
    """Users, and which names are taken."""

    def create(self, user: User, session: Session) -> None:
        """Store both or neither. Raises InvalidInputError if the name is taken."""

        def fill(transaction: TransactWrite) -> None:
            name = UsernameItem(f"N#{user.username}", "NAME", user_id=user.id)
            transaction.save(name, condition=UsernameItem.owner.does_not_exist())
            transaction.save(profile_of(user), condition=ProfileItem.owner.does_not_exist())
            save_session(transaction, session)

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
        return user_from(item)

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
        profile = ProfileItem(user_key(user.id), "PROFILE")
        with suppress(ConditionFailedError), conditional_update():
            profile.update(
                actions=[ProfileItem.password_hash.set(password_hash)],
                condition=ProfileItem.password_hash == user.password_hash,
            )

    def set_api_key(self, user_id: int, record: ApiKeyRecord) -> None:
        """Remember which key the vault holds."""
        ProfileItem(user_key(user_id), "PROFILE").update(
            actions=[
                ProfileItem.key_last4.set(record.last4),
                ProfileItem.key_fingerprint.set(record.fingerprint),
                ProfileItem.key_version.set(record.version),
                ProfileItem.key_stored_at.set(record.stored_at),
            ],
            condition=ProfileItem.owner.exists(),
        )
