"""What a user prefers."""

from dataclasses import dataclass

from afterglow.domain.models import User
from afterglow.ports.accounts import AccountRepository


@dataclass(frozen=True, slots=True)
class PreferenceService:
    """Choices that spare a user from saying the same again."""

    accounts: AccountRepository

    def set_default_assistant(self, user: User, assistant_id: int | None) -> None:
        """Choose which assistant a new thread or file is for, None for none.

        Raises NotFoundError for an assistant that is not the user's own.
        """
        self.accounts.set_default_assistant(user.id, assistant_id)
