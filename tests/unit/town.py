"""Every service on the same fakes, for more than one user at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from afterglow.domain.models import IdempotencyClaim, Run, User
from afterglow.domain.rates import Use
from afterglow.services.acceptance import Acceptance, TurnRequest
from afterglow.services.assistant_limit import AssistantLimit
from afterglow.services.assistants import AssistantDefaults, AssistantService
from afterglow.services.citing import Citing
from afterglow.services.credentials import CredentialService
from afterglow.services.driving import Driver
from afterglow.services.idempotency import Idempotency
from afterglow.services.opening import Engines
from afterglow.services.outcomes import TurnOutcome
from afterglow.services.polling import RunPoller
from afterglow.services.prompting import Prompting
from afterglow.services.readying import Readier
from afterglow.services.runs import RunService
from afterglow.services.shelving import Shelving
from afterglow.services.starting import Starter
from afterglow.services.sweeping import Sweeper
from afterglow.services.threads import ThreadService
from afterglow.services.turns import TurnService
from afterglow.services.watching import Watcher
from tests.fakes.accounts import InMemoryVault
from tests.fakes.assistants import InMemoryAssistants, InMemoryConfiguration
from tests.fakes.conversations import InMemoryThreads, Records
from tests.fakes.files import InMemoryFiles
from tests.fakes.ledger import InMemoryIdempotency, InMemoryLedger
from tests.fakes.runs import InMemoryRuns, RecordingLauncher
from tests.fakes.shelves import Shelves
from tests.mortality import Life
from tests.unit.account_world import Accounts
from tests.unit.echo import EchoEngine, Upstream
from tests.unit.movers import idle_mover

BUDGET = timedelta(seconds=24)
ASSISTANT_LIMIT = 3
MOST_OPEN = 3
IMMORTAL = 1_000_000


class MortalLedger:
    """The ledger, as a process sees it that may end at any call."""

    def __init__(self, town: "Town", target: InMemoryLedger) -> None:
        self._town = town
        self._target = target

    def __getattr__(self, name: str) -> Any:
        """Return a method of the ledger."""
        method = getattr(self._target, name)
        return lambda *args, **named: self._town.life.through(lambda: method(*args, **named))


def _nothing(_: User) -> Sequence[Use]:
    return ()


def _free(_: User) -> None:
    """Charge nothing."""


@dataclass
class Town:
    """The services; `life` is how long the process lives that uses them next."""

    accounts: Accounts = field(default_factory=lambda: Accounts(registrations_per_hour=1000))
    records: Records = field(default_factory=Records)
    upstream: Upstream = field(default_factory=Upstream)
    vault: InMemoryVault = field(default_factory=InMemoryVault)
    life: Life = field(default_factory=lambda: Life(IMMORTAL))

    def __post_init__(self) -> None:
        now = self.clock = self.accounts.clock
        self.threads = InMemoryThreads(self.records)
        self.runs = InMemoryRuns(self.records)
        repository = InMemoryAssistants(self.accounts.accounts, self.records)
        mover = idle_mover(self.accounts.accounts, self.vault, now)
        self.credentials = CredentialService(
            self.accounts.accounts, self.vault, self._engine, mover, _free, now
        )
        limit = AssistantLimit(InMemoryConfiguration(), ASSISTANT_LIMIT)
        defaults = AssistantDefaults("gpt-6-luna", "Answer.")
        self.assistants = AssistantService(repository, defaults, limit, _free, now)
        self.thread_service = ThreadService(self.threads, repository, _free, _free, now)
        ledger = MortalLedger(self, InMemoryLedger(self.records))
        acceptance = Acceptance(self.threads, repository, ledger, now, most_open=MOST_OPEN)
        self._wire(acceptance, ledger)

    def _wire(self, acceptance: Acceptance, ledger: MortalLedger) -> None:
        now = self.clock
        engines = Engines(self.accounts.accounts, self.vault, self._engine)
        files = InMemoryFiles(self.accounts.accounts, Shelves())
        prompting, watcher = Prompting(self.threads, Shelving(files, now)), Watcher(now, now.sleep)
        starter = Starter(ledger, Readier(ledger, now, now.sleep), print, now, now.sleep)
        driver = Driver(ledger, self.runs, starter, watcher, Citing(files), now)
        self.run_service = RunService(
            self.runs, self.threads, engines, prompting, driver, watcher, now
        )
        self.turns = TurnService(
            acceptance=acceptance,
            threads=self.threads,
            runs=self.run_service,
            idempotency=Idempotency(InMemoryIdempotency(self.records)),
            engines=engines,
            prompting=prompting,
            driver=driver,
            launcher=RecordingLauncher(),
            uses_of_chat=_nothing,
            uses_of_opening=_nothing,
            now=now,
        )
        poller = RunPoller(self.runs, ledger, engines, prompting, driver, BUDGET, now)
        self.sweeper = Sweeper(self.runs, poller, RecordingLauncher(), now)

    def _engine(self, api_key: str) -> EchoEngine:
        return EchoEngine(self.upstream, api_key, lambda: self.life)

    def send(self, user: User, thread_id: int, message: str, key: str) -> TurnOutcome:
        """Send a message with a key."""
        claim = IdempotencyClaim(user.id, key, message, self.clock() + timedelta(hours=24))
        request = TurnRequest(user, message, self.clock() + BUDGET, claim=claim)
        return self.turns.send(request, thread_id)

    def open_runs(self, user_id: int) -> list[Run]:
        """Return which runs of a user are not over."""
        runs = self.records.runs.values()
        return [run for run in runs if run.user_id == user_id and not run.is_over]
