"""The engine that a user's stored key opens."""

from dataclasses import dataclass

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import User
from afterglow.ports.accounts import AccountRepository, KeyVault
from afterglow.ports.engine import Engine, EngineFactory


@dataclass(frozen=True, slots=True)
class Engines:
    """Opens an engine for one user at a time; no key outlives it."""

    accounts: AccountRepository
    vault: KeyVault
    factory: EngineFactory

    def of(self, user: User | None) -> Engine:
        """Return the engine of a user. Raises InvalidInputError without a key."""
        record = user and user.api_key
        api_key = self.vault.get(user.id, record.version) if user and record else None
        if api_key is None:
            raise InvalidInputError(
                "No OpenAI API key is stored: set one first", code="openai_key_missing"
            )
        return self.factory(api_key)

    def of_owner(self, user_id: int) -> Engine:
        """Return the engine of whoever a run belongs to. Raises InvalidInputError without a key."""
        return self.of(self.accounts.get(user_id))
