"""What a user's stored key opens upstream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import User
from afterglow.ports.accounts import AccountRepository, KeyVault
from afterglow.ports.engine import Engine
from afterglow.ports.upstream_files import UpstreamFiles

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Opener(Generic[Opened]):
    """Opens it for one user at a time; no key outlives it."""

    accounts: AccountRepository
    vault: KeyVault
    factory: Callable[[str], Opened]

    def of(self, user: User | None) -> Opened:
        """Return what a user's key opens. Raises InvalidInputError without a key."""
        record = user and user.api_key
        api_key = self.vault.get(user.id, record.version) if user and record else None
        if api_key is None:
            raise _key_missing()
        return self.factory(api_key)

    def require_key(self, user_id: int) -> None:
        """Raise InvalidInputError if an owner of things has no key, whatever it would open."""
        user = self.accounts.get(user_id)
        if user is None or user.api_key is None:
            raise _key_missing()

    def of_owner(self, user_id: int) -> Opened:
        """Return what the key of an owner of things opens. Raises InvalidInputError without one."""
        return self.of(self.accounts.get(user_id))


def _key_missing() -> InvalidInputError:
    return InvalidInputError(
        "No OpenAI API key is stored: set one first", code="openai_key_missing"
    )


Engines = Opener[Engine]
Upstreams = Opener[UpstreamFiles]
