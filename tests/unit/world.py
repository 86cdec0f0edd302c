"""The services on fakes."""

from dataclasses import replace
from datetime import datetime, timedelta

from afterglow.domain.models import (
    ApiKeyRecord,
    IdempotencyClaim,
    Message,
    MessageRole,
    Run,
    Thread,
    User,
)
from afterglow.domain.rates import Period, Use, Window
from afterglow.services.acceptance import Acceptance, TurnRequest
from afterglow.services.citing import Citing
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
from afterglow.services.turns import TurnService
from afterglow.services.watching import Watcher
from tests.examples import a_session, a_user, an_assistant, open_thread
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.assistants import InMemoryAssistants
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.conversations import InMemoryThreads, Records
from tests.fakes.engine import ScriptedEngine, working
from tests.fakes.files import InMemoryFiles
from tests.fakes.ledger import InMemoryIdempotency, InMemoryLedger
from tests.fakes.runs import InMemoryRuns, RecordingLauncher
from tests.fakes.shelves import Shelves

KEY = "sk-" + "k" * 40
BUDGET = timedelta(seconds=24)


class Conversation:
    """A user with a key, an assistant and a thread, and the service of turns."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.engine = ScriptedEngine()
        self.records = Records()
        self.accounts = InMemoryAccounts(InMemorySessions())
        self.assistants = InMemoryAssistants(self.accounts, self.records)
        # Whose files were found lost upstream.
        self.rebuilds: list[tuple[int, str | None]] = []
        self.threads = InMemoryThreads(self.records)
        self.shelves = Shelves()
        self.files = InMemoryFiles(self.accounts, self.shelves)
        self.ledger = InMemoryLedger(self.records)
        self.vault = InMemoryVault()
        self.user = a_user()
        version = self.vault.put(self.user.id, KEY)
        self.user = replace(self.user, api_key=ApiKeyRecord("kkkk", "f" * 64, version, NOON))
        self.accounts.create(self.user, a_session(self.user))
        self.assistants.add(
            an_assistant(self.user.id, self.assistants.next_id(self.user.id)), limit=20
        )
        open_thread(
            self.threads,
            self.user.id,
            assistant_id=1,
            openai_thread_id="thread_1",
            title="A",
            now=NOON,
        )
        self.runs_stored = InMemoryRuns(self.records)
        self.launcher = RecordingLauncher()
        watcher = Watcher(now=self.clock, sleep=self.clock.sleep)
        engines = Engines(self.accounts, self.vault, self.engine.opened_with)
        prompting = Prompting(self.threads, Shelving(self.files, self.clock))
        readier = Readier(self.ledger, self.clock, self.clock.sleep)
        self.driver = Driver(
            ledger=self.ledger,
            runs=self.runs_stored,
            starter=Starter(self.ledger, readier, self._rebuild, self.clock, self.clock.sleep),
            watcher=watcher,
            citing=Citing(self.files),
            now=self.clock,
        )
        self.run_service = RunService(
            runs=self.runs_stored,
            threads=self.threads,
            engines=engines,
            prompting=prompting,
            driver=self.driver,
            watcher=watcher,
            now=self.clock,
        )
        self.service = TurnService(
            acceptance=Acceptance(
                self.threads, self.assistants, self.ledger, self.clock, most_open=3
            ),
            threads=self.threads,
            runs=self.run_service,
            idempotency=Idempotency(InMemoryIdempotency(self.records)),
            engines=engines,
            prompting=prompting,
            driver=self.driver,
            launcher=self.launcher,
            uses_of_chat=lambda user: [self.use_of(user, "chat")],
            uses_of_opening=lambda user: [self.use_of(user, "opening")],
            now=self.clock,
        )
        self.poller = RunPoller(
            runs=self.runs_stored,
            ledger=self.ledger,
            engines=engines,
            prompting=prompting,
            driver=self.driver,
            youth=BUDGET,
            now=self.clock,
        )
        self.sweeper = Sweeper(self.runs_stored, self.poller, self.launcher, self.clock)

    def use_of(self, user: User, action: str, *, limit: int = 100) -> Use:
        """Return what a message counts as."""
        return Use(str(user.id), action, [Window(Period.DAY, limit)], 1, self.clock())

    @property
    def counted(self) -> list[str]:
        """Return what has been counted."""
        return [use.action for use in self.ledger.uses]

    def send(
        self,
        content: str = "Will you?",
        *,
        user: User | None = None,
        answer_by: datetime | None = None,
        claim: IdempotencyClaim | None = None,
        is_async: bool = False,
    ) -> TurnOutcome:
        """Send a message to the thread."""
        until = answer_by or self.clock() + BUDGET
        request = TurnRequest(user or self.user, content, until, claim=claim, is_async=is_async)
        return self.service.send(request, 1)

    def _rebuild(self, user_id: int, upstream_id: str | None) -> None:
        self.rebuilds.append((user_id, upstream_id))

    def say(
        self, content: str, *, user: User | None = None, answer_by: datetime | None = None
    ) -> Message:
        """Send a message to the thread and return the answer. Raises why there is none."""
        outcome = self.send(content, user=user, answer_by=answer_by)
        assert outcome.run.is_over, "not answered yet"
        if outcome.answer is None:
            raise outcome.failure
        return outcome.answer

    def leave(self, content: str = "Will you?") -> Run:
        """Send a message and return its run, which has outlasted the request."""
        waiting = [*self.engine.steps]
        self.engine.steps.clear()
        self.engine.then(*[working()] * 100)
        run = self.send(content).run
        assert run.response_id is not None
        self.engine.steps.clear()
        self.engine.then(*waiting)
        self.engine.calls[:] = [call for call in self.engine.calls if not call.startswith("get")]
        return run

    def thread(self) -> Thread:
        """Return the thread as it is now."""
        return self.threads.get(self.user.id, 1)

    def runs(self) -> list[Run]:
        """Return every run, the oldest first."""
        return list(self.records.runs.values())

    def said(self) -> list[tuple[MessageRole, str]]:
        """Return who said what."""
        return [(m.role, m.content) for m in self.threads.messages(self.user.id, 1)]
