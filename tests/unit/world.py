"""The services on fakes."""

from dataclasses import replace
from datetime import datetime, timedelta

from afterglow.domain.models import ApiKeyRecord, Message, MessageRole, Run, Thread, User
from afterglow.services.acceptance import Acceptance
from afterglow.services.turns import TurnService
from afterglow.services.watching import Watcher
from tests.examples import a_session, a_user, an_assistant
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.assistants import InMemoryAssistants
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.conversations import InMemoryThreads, Records
from tests.fakes.engine import ScriptedEngine
from tests.fakes.ledger import InMemoryLedger

KEY = "sk-" + "k" * 40
BUDGET = timedelta(seconds=24)


class Conversation:
    """A user with a key, an assistant and a thread, and the service of turns."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.engine = ScriptedEngine()
        self.records = Records()
        self.accounts = InMemoryAccounts(InMemorySessions())
        self.assistants = InMemoryAssistants(self.accounts)
        self.charges: list[str] = []
        self.threads = InMemoryThreads(self.records)
        self.ledger = InMemoryLedger(self.records)
        self.vault = InMemoryVault()
        self.user = a_user()
        version = self.vault.put(self.user.id, KEY)
        self.user = replace(self.user, api_key=ApiKeyRecord("kkkk", "f" * 64, version, NOON))
        self.accounts.create(self.user, a_session(self.user))
        self.assistants.add(
            an_assistant(self.user.id, self.assistants.next_id(self.user.id)), limit=20
        )
        self.threads.add(
            self.user.id, assistant_id=1, openai_thread_id="thread_1", title="A", now=NOON
        )
        self.service = TurnService(
            acceptance=Acceptance(
                self.threads, self.assistants, self.ledger, self.clock, most_open=3
            ),
            threads=self.threads,
            ledger=self.ledger,
            vault=self.vault,
            engines=self.engine.opened_with,
            watcher=Watcher(now=self.clock, sleep=self.clock.sleep),
            charge_chat=lambda _: self.charges.append("chat"),
            charge_opening=lambda _: self.charges.append("opening"),
            now=self.clock,
        )

    def say(
        self, content: str, *, user: User | None = None, answer_by: datetime | None = None
    ) -> Message:
        """Send a message to the thread."""
        until = answer_by or self.clock() + BUDGET
        return self.service.send(user or self.user, 1, content, answer_by=until)

    def thread(self) -> Thread:
        """Return the thread as it is now."""
        return self.threads.get(self.user.id, 1)

    def runs(self) -> list[Run]:
        """Return every run, the oldest first."""
        return list(self.records.runs.values())

    def said(self) -> list[tuple[MessageRole, str]]:
        """Return who said what."""
        return [(m.role, m.content) for m in self.threads.messages(self.user.id, 1)]
