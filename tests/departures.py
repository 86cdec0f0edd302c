"""Users who said a lot and leave, for the tests of what is cleared away after them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import ApiKeyRecord, IdempotencyClaim, Run, RunState, Thread, User
from afterglow.ports.accounts import AccountRepository, KeyVault
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import Terms, ThreadRepository, TurnLedger
from afterglow.ports.deletions import DeletionRepository, FileRemains, Remains
from afterglow.ports.engine import EngineFactory
from afterglow.ports.staging import CopyRepository
from afterglow.ports.upstream_files import UpstreamFilesFactory
from afterglow.services.clearing import Clearing
from afterglow.services.clearing_files import FileClearing
from afterglow.services.forgetting import ReapReport
from afterglow.services.reaping import Reaper
from tests.canaries import canary, canary_key
from tests.examples import (
    a_question,
    a_run,
    a_session,
    a_user,
    an_answer,
    an_assistant,
    open_thread,
)
from tests.fakes.clock import NOON
from tests.fakes.staging import Buckets, InMemoryCopies
from tests.fakes.upstream_files import InMemoryUpstream

MINUTE = timedelta(minutes=1)


class Ports(Protocol):
    """One implementation of what leaving takes."""

    @property
    def accounts(self) -> AccountRepository: ...
    @property
    def vault(self) -> KeyVault: ...
    @property
    def assistants(self) -> AssistantRepository: ...
    @property
    def threads(self) -> ThreadRepository: ...
    @property
    def ledger(self) -> TurnLedger: ...
    @property
    def deletions(self) -> DeletionRepository: ...
    @property
    def remains(self) -> Remains: ...
    @property
    def file_remains(self) -> FileRemains: ...


@dataclass(frozen=True, slots=True)
class Customer:
    """A user with a key, an assistant and a session."""

    ports: Ports
    user: User
    api_key: str

    def thread(self, turns: int = 0) -> tuple[Thread, set[str]]:
        """Open a thread of so many turns and return it, and the Responses it took."""
        threads, user_id = self.ports.threads, self.user.id
        opened = open_thread(
            threads,
            user_id,
            assistant_id=1,
            openai_thread_id=new_opaque_id("thread"),
            title=canary("title"),
            now=NOON,
        )
        responses = {self.take_turn(opened.id) for _ in range(turns)}
        return threads.get(user_id, opened.id), responses

    def ask(self, thread_id: int, *, bound: bool = True) -> str:
        """Send a message that nobody answers and return the Response that works on it."""
        run = self._begin(thread_id)
        response_id = new_opaque_id("resp")
        if bound:
            self.ports.ledger.bind(run, response_id)
        return response_id

    def take_turn(
        self, thread_id: int, response_id: str | None = None, *, text: str = "I'd be happy to."
    ) -> str:
        """Send a message that is answered and return the Response that did it."""
        run, response_id = self._begin(thread_id), response_id or new_opaque_id("resp")
        bound = self.ports.ledger.bind(run, response_id)
        self.ports.ledger.commit(bound.ended(RunState.COMPLETED, NOON), an_answer(run, text))
        return response_id

    def _begin(self, thread_id: int) -> Run:
        thread = self.ports.threads.get(self.user.id, thread_id)
        run, key = a_run(thread), new_opaque_id("key")
        question = a_question(run, canary("question"))
        claim = IdempotencyClaim(self.user.id, key, "f" * 64, run.deadline)
        self.ports.ledger.accept(thread, run, question, Terms(100, claim=claim))
        return run


def settled(ports: Ports) -> Customer:
    """Return a new customer."""
    user, api_key = a_user(), canary_key()
    ports.accounts.create(user, a_session(user))
    version = ports.vault.put(user.id, api_key)
    record = ApiKeyRecord(api_key[-4:], "f" * 64, version, NOON)
    ports.accounts.set_api_key(user.id, record)
    ports.assistants.add(an_assistant(user.id), limit=20)
    return Customer(ports, user, api_key)


def reaper(
    ports: Ports,
    engines: EngineFactory,
    now: Clock,
    *,
    copies: CopyRepository | None = None,
    upstream_files: UpstreamFilesFactory | None = None,
) -> Reaper:
    """Return the reaper on these ports; by default there are no copies and no files upstream."""
    clearing = Clearing(
        remains=ports.remains,
        files=FileClearing(ports.file_remains, copies or InMemoryCopies(Buckets()), now),
        vault=ports.vault,
        engines=engines,
        upstream_files=upstream_files or InMemoryUpstream().opened_with,
        now=now,
    )
    return Reaper(deletions=ports.deletions, clearing=clearing, now=now)


def one_pass(reaper: Reaper, within: timedelta = MINUTE) -> ReapReport:
    """Have the reaper work for a while."""
    return reaper.reap(until=reaper.now() + within)
