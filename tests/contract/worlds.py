"""The ports, once in memory and once as they are deployed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from afterglow.adapters.argon2 import Argon2Hasher
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository
from afterglow.adapters.dynamodb.configuration import DynamoConfigurationRepository
from afterglow.adapters.dynamodb.deletions import DynamoDeletionRepository
from afterglow.adapters.dynamodb.directory import DynamoAccountDirectory
from afterglow.adapters.dynamodb.file_remains import DynamoFileRemains
from afterglow.adapters.dynamodb.files import DynamoFileRepository
from afterglow.adapters.dynamodb.idempotency import DynamoIdempotencyRepository
from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
from afterglow.adapters.dynamodb.remains import DynamoRemains
from afterglow.adapters.dynamodb.runs import DynamoRunRepository
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.adapters.dynamodb.tables.base import (
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import (
    RunItem,
)
from afterglow.adapters.dynamodb.thread_directory import DynamoThreadDirectory
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.adapters.dynamodb.uploads import DynamoUploadRepository
from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.domain.identifiers import new_user_id
from afterglow.domain.models import RunState, Usage
from afterglow.ports.accounts import (
    AccountDirectory,
    AccountRepository,
    KeyVault,
    PasswordHasher,
    SessionRepository,
)
from afterglow.ports.assistants import AssistantRepository, ConfigurationRepository
from afterglow.ports.conversations import (
    RunRepository,
    ThreadDirectory,
    ThreadRepository,
    TurnLedger,
)
from afterglow.ports.deletions import DeletionRepository, FileRemains, Remains
from afterglow.ports.files import FileRepository
from afterglow.ports.idempotency import IdempotencyRepository
from afterglow.ports.uploads import UploadRepository
from afterglow.settings import settings
from tests.fakes.accounts import FastHasher, InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.assistants import InMemoryAssistants, InMemoryConfiguration
from tests.fakes.clock import NOON
from tests.fakes.conversations import InMemoryThreadDirectory, InMemoryThreads, Records
from tests.fakes.deletions import InMemoryDeletions, InMemoryRemains
from tests.fakes.directory import InMemoryDirectory
from tests.fakes.file_remains import InMemoryFileRemains
from tests.fakes.files import InMemoryFiles
from tests.fakes.ledger import InMemoryIdempotency, InMemoryLedger
from tests.fakes.runs import InMemoryRuns
from tests.fakes.shelves import Shelves
from tests.fakes.uploads import InMemoryUploads


class RunRecord(NamedTuple):
    """What is stored of how a run went."""

    state: RunState
    response_id: str | None = None
    error_code: str | None = None
    usage: Usage | None = None
    has_ended: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """One implementation of every port; `run` looks a run up."""

    accounts: AccountRepository
    directory: AccountDirectory
    sessions: SessionRepository
    hasher: PasswordHasher
    vault: KeyVault
    assistants: AssistantRepository
    configuration: ConfigurationRepository
    threads: ThreadRepository
    threads_of_all: ThreadDirectory
    ledger: TurnLedger
    runs: RunRepository
    idempotency: IdempotencyRepository
    deletions: DeletionRepository
    remains: Remains
    file_remains: FileRemains
    files: FileRepository
    uploads: UploadRepository
    run: Callable[[int, str], RunRecord]
    user_id: int = field(default_factory=new_user_id)


def in_memory() -> World:
    """Return the fakes."""
    records, sessions, shelves = Records(), InMemorySessions(), Shelves()
    accounts = InMemoryAccounts(sessions)

    def run(user_id: int, run_id: str) -> RunRecord:
        stored = records.runs[user_id, run_id]
        return RunRecord(
            stored.state,
            stored.response_id,
            stored.error.code if stored.error else None,
            stored.usage,
            stored.ended_at is not None,
        )

    return World(
        accounts=accounts,
        directory=InMemoryDirectory(accounts),
        sessions=sessions,
        hasher=FastHasher(),
        vault=InMemoryVault(),
        assistants=InMemoryAssistants(accounts, records),
        configuration=InMemoryConfiguration(),
        threads=InMemoryThreads(records),
        threads_of_all=InMemoryThreadDirectory(records, accounts.deleted),
        ledger=InMemoryLedger(records),
        runs=InMemoryRuns(records),
        idempotency=InMemoryIdempotency(records),
        deletions=InMemoryDeletions(accounts, records, shelves),
        remains=InMemoryRemains(accounts, records),
        file_remains=InMemoryFileRemains(shelves),
        files=InMemoryFiles(accounts, shelves),
        uploads=InMemoryUploads(shelves, lambda: NOON, records),
        run=run,
    )


def deployed() -> World:
    """Return the adapters, to be used while moto plays AWS."""
    return World(
        accounts=DynamoAccountRepository(),
        directory=DynamoAccountDirectory(),
        sessions=DynamoSessionRepository(),
        hasher=Argon2Hasher(),
        vault=SecretsManagerVault(settings().openai_keys_prefix),
        assistants=DynamoAssistantRepository(),
        configuration=DynamoConfigurationRepository(),
        threads=DynamoThreadRepository(),
        threads_of_all=DynamoThreadDirectory(),
        ledger=DynamoTurnLedger(),
        runs=DynamoRunRepository(),
        idempotency=DynamoIdempotencyRepository(lambda: NOON),
        deletions=DynamoDeletionRepository(),
        remains=DynamoRemains(),
        file_remains=DynamoFileRemains(),
        files=DynamoFileRepository(lambda: NOON),
        uploads=DynamoUploadRepository(lambda: NOON),
        run=_stored_run,
    )


def _stored_run(user_id: int, run_id: str) -> RunRecord:
    item = RunItem.get(user_key(user_id), f"R#{run_id}", consistent_read=True)
    is_counted = item.input_tokens is not None and item.output_tokens is not None
    # The sweeper looks for leases: an open run has one, an ended run has none.
    assert (item.lease_until is None) == (item.due_shard is None) == (item.ended_at is not None)
    return RunRecord(
        RunState(item.state),
        item.response_id,
        item.error and item.error["code"],
        Usage(int(item.input_tokens or 0), int(item.output_tokens or 0)) if is_counted else None,
        item.ended_at is not None,
    )
