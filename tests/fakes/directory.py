"""The operator's view of users in memory."""

from collections.abc import Iterable

from afterglow.domain.models import Role, User
from tests.fakes.accounts import InMemoryAccounts


class InMemoryDirectory:
    """`AccountDirectory` of users in memory."""

    def __init__(self, accounts: InMemoryAccounts) -> None:
        self.accounts = accounts

    def users(self, role: Role | None = None) -> Iterable[User]:
        """Return everyone, or everyone of a role, disabled ones too, in no order."""
        return [user for user in self.accounts.by_id.values() if role in {None, user.role}]
