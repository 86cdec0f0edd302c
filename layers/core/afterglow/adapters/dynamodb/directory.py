"""`AccountDirectory` on DynamoDB: the one place that reads all users."""

from collections.abc import Iterator

from afterglow.adapters.dynamodb.records.accounts import user_from
from afterglow.adapters.dynamodb.tables.accounts import ProfileItem
from afterglow.domain.models import Role, User


class DynamoAccountDirectory:
    """All users, for the operator's eyes only: no function's role may scan their table."""

    def users(self, role: Role | None = None) -> Iterator[User]:
        """Return everyone, or everyone of a role, disabled ones too, in no order."""
        wanted = (ProfileItem.item == "PROFILE") & ProfileItem.deleted_at.does_not_exist()
        if role is not None:
            wanted &= ProfileItem.role == role.value
        for item in ProfileItem.scan(wanted, consistent_read=True):
            yield user_from(item)
