"""What the operator decides about users: who is an admin, who may come in, who has to go."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from afterglow.domain.errors import InvalidInputError, NotFoundError
from afterglow.domain.models import Role, User
from afterglow.domain.usernames import normalize_username
from afterglow.ports.accounts import AccountDirectory, AccountRepository
from afterglow.ports.clock import Clock


class Decision(NamedTuple):
    """A user as decided, and whether that was a change."""

    user: User
    is_change: bool


@dataclass(frozen=True, slots=True)
class AdministrationService:
    """The operator's own: nothing here is reached over HTTP.

    All of it but a deletion may be repeated. A method that takes a username raises NotFoundError
    for one that nobody has.
    """

    accounts: AccountRepository
    directory: AccountDirectory
    now: Clock

    def grant(self, username: str) -> Decision:
        """Make a user an admin."""
        return self._assign(username, Role.ADMIN)

    def revoke(self, username: str) -> Decision:
        """Make an admin a user like any other, from the next request on."""
        return self._assign(username, Role.USER)

    def disable(self, username: str) -> Decision:
        """Let a user in no more; every session and token is over at once."""
        user = self._named(username)
        if user.is_disabled:
            return Decision(user, is_change=False)
        self.accounts.disable(user.id)
        return Decision(replace(user, is_disabled=True), is_change=True)

    def enable(self, username: str) -> Decision:
        """Let a user sign in again."""
        user = self._named(username)
        if not user.is_disabled:
            return Decision(user, is_change=False)
        self.accounts.enable(user.id)
        return Decision(replace(user, is_disabled=False), is_change=True)

    def delete(self, username: str) -> Decision:
        """Have a user gone, disabled or not, as if they had asked for it themselves.

        What they own is cleared away by and by. From then on nobody has the name.
        """
        user = self._named(username)
        self.accounts.delete(user.id, self.now())
        return Decision(user, is_change=True)

    def admins(self) -> list[User]:
        """Return every admin by name."""
        return sorted(self.directory.users(Role.ADMIN), key=_name)

    def everyone(self) -> list[User]:
        """Return every user by name."""
        return sorted(self.directory.users(), key=_name)

    def _assign(self, username: str, role: Role) -> Decision:
        user = self._named(username)
        if user.role is role:
            return Decision(user, is_change=False)
        self.accounts.set_role(user.id, role)
        return Decision(replace(user, role=role), is_change=True)

    def _named(self, username: str) -> User:
        try:
            user = self.accounts.find(normalize_username(username))
        except InvalidInputError:
            # Nobody can be called that.
            user = None
        if user is None:
            raise NotFoundError(f"No user is called {username}")
        return user


def _name(user: User) -> str:
    return user.username
