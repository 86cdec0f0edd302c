"""The service of OpenAI keys, on fakes."""

from collections.abc import Callable
from dataclasses import dataclass

from afterglow.domain.models import User
from afterglow.services.credentials import CredentialService
from tests.examples import a_session, a_user
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.clock import FakeClock
from tests.fakes.engine import ScriptedEngine
from tests.unit.movers import idle_mover

KEY = "sk-proj-" + "aB3_-" * 8 + "WXYZ"


@dataclass
class Keys:
    """The service of keys for one user, and what is behind it."""

    engine: ScriptedEngine

    def __post_init__(self) -> None:
        self.accounts = InMemoryAccounts(InMemorySessions())
        self.vault = InMemoryVault()
        user = a_user()
        self.accounts.create(user, a_session(user))
        self.user_id = user.id
        self.charge: Callable[[User], None] = lambda _: None
        self.service = CredentialService(
            self.accounts,
            self.vault,
            self.engine.opened_with,
            idle_mover(self.accounts, self.vault, FakeClock()),
            lambda user: self.charge(user),  # noqa: PLW0108 - a test may replace it
            FakeClock(),
        )

    def user(self) -> User:
        """Return the user as of now."""
        return self.accounts.by_id[self.user_id]

    def store(self, api_key: str = KEY) -> str | None:
        """Store a key."""
        return self.service.set_api_key(self.user(), api_key)
