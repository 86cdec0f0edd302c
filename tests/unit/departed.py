"""The reaper on fakes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from afterglow.ports.engine import Engine
from afterglow.services.clearing import LAST_REQUESTS
from afterglow.services.reaping import Reaper
from tests.departures import Customer, reaper, settled
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.assistants import InMemoryAssistants
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import InMemoryThreads, Records
from tests.fakes.deletions import InMemoryDeletions, InMemoryRemains
from tests.fakes.engine import ScriptedEngine
from tests.fakes.file_remains import InMemoryFileRemains
from tests.fakes.ledger import InMemoryLedger
from tests.fakes.shelves import Shelves
from tests.mortality import Life


class SlowEngine(ScriptedEngine):
    """An engine whose every deletion takes a second."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def delete(self, response_id: str) -> None:
        """Stop the work if it goes on, and have it gone; what is gone already is no error."""
        self.clock.advance(timedelta(seconds=1))
        super().delete(response_id)


class Mortal:
    """Whatever it stands for, as a process sees it that may end at any call."""

    def __init__(self, target: object, life: Life) -> None:
        self._target = target
        self._life = life

    def __getattr__(self, name: str) -> Any:
        """Return a method of the target."""
        return lambda *arguments, **options: self._life.through(
            lambda: getattr(self._target, name)(*arguments, **options)
        )


class Departed:
    """Customers, the reaper, and one engine for each key."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.records = Records()
        self.sessions = InMemorySessions()
        self.accounts = InMemoryAccounts(self.sessions)
        self.vault = InMemoryVault()
        self.assistants = InMemoryAssistants(self.accounts)
        self.threads = InMemoryThreads(self.records)
        self.ledger = InMemoryLedger(self.records)
        self.shelves = Shelves()
        self.deletions = InMemoryDeletions(self.accounts, self.records, self.shelves)
        self.remains = InMemoryRemains(self.accounts, self.records)
        self.file_remains = InMemoryFileRemains(self.shelves)
        self.engines: dict[str, SlowEngine] = {}
        self.reaper = reaper(self, self.open, self.clock)

    def open(self, api_key: str) -> Engine:
        """Return the engine of a key."""
        return self.engines.setdefault(api_key, SlowEngine(self.clock))

    def mortal_reaper(self, life: Life) -> Reaper:
        """Return the reaper in a process that ends at one of its calls."""
        clearing = replace(
            self.reaper.clearing, remains=Mortal(self.remains, life), vault=Mortal(self.vault, life)
        )
        return replace(self.reaper, deletions=Mortal(self.deletions, life), clearing=clearing)

    def engine_of(self, customer: Customer) -> SlowEngine:
        """Return the engine of a customer's key."""
        self.open(customer.api_key)
        return self.engines[customer.api_key]

    def settled(self) -> Customer:
        """Return a new customer."""
        return settled(self)

    def delete(self, customer: Customer, thread_id: int) -> None:
        """Have deleted one of a customer's threads, so long ago that nobody reads it any more."""
        self.threads.delete(customer.user.id, thread_id, self.clock() - LAST_REQUESTS)

    def left_of(self, customer: Customer) -> int:
        """Return how many messages, runs and threads there are of a customer."""
        records, user_id = self.records, customer.user.id
        keys = [*records.messages, *records.runs, *records.threads, *records.deleted]
        return sum(key[0] == user_id for key in keys)
