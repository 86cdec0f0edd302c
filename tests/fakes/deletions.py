"""Deletions and what they left, in memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from afterglow.domain.models import Run
from afterglow.ports.deletions import Deletion, DeletionKind, LeftMessages, LeftRun
from tests.fakes.accounts import InMemoryAccounts
from tests.fakes.conversations import Records
from tests.fakes.shelves import Shelves

FEW = 25
Key = tuple[int, DeletionKind, str]


class InMemoryDeletions:
    """`DeletionRepository` on what accounts, threads and shelves note of those that are gone."""

    def __init__(
        self, accounts: InMemoryAccounts, records: Records, shelves: Shelves | None = None
    ) -> None:
        self.accounts = accounts
        self.records = records
        self.shelves = shelves or Shelves()
        self.attempts: Counter[Key] = Counter()

    def pending(self) -> Sequence[Deletion]:
        """Return all of them, in no order."""
        requested: dict[Key, datetime] = {
            (user_id, DeletionKind.USER, ""): at for user_id, at in self.accounts.deleted.items()
        }
        for (user_id, thread_id), at in self.records.deleted.items():
            requested[user_id, DeletionKind.THREAD, str(thread_id)] = at
        for (user_id, assistant_id), at in self.accounts.deleted_assistants.items():
            requested[user_id, DeletionKind.ASSISTANT, str(assistant_id)] = at
        for (user_id, file_id), (_, at) in self.shelves.discarded.items():
            requested[user_id, DeletionKind.FILE, file_id] = at
        return [
            Deletion(*key, at, self.attempts[key], self.shelves.upstream_ids(key[0], key[2]))
            for key, at in requested.items()
        ]

    def count_failure(self, deletion: Deletion) -> None:
        """Note that a pass met an error; nothing happens if the deletion is done meanwhile."""
        self.attempts[deletion.user_id, deletion.kind, deletion.name] += 1

    def finish(self, deletion: Deletion) -> None:
        """Forget a deletion of which nothing is left."""
        user_id, name = deletion.user_id, deletion.name
        match deletion.kind:
            case DeletionKind.USER:
                self.accounts.deleted.pop(user_id, None)
            case DeletionKind.THREAD:
                self.records.deleted.pop((user_id, int(name)), None)
            case DeletionKind.ASSISTANT:
                self.accounts.deleted_assistants.pop((user_id, int(name)), None)
            case DeletionKind.FILE:
                self.shelves.discarded.pop((user_id, name), None)


class InMemoryRemains:
    """`Remains` on the dicts of accounts and conversations."""

    def __init__(self, accounts: InMemoryAccounts, records: Records) -> None:
        self.accounts = accounts
        self.records = records

    def key_version(self, user_id: int) -> str | None:
        """Return which version of their OpenAI key a user had last, None if none."""
        user = self.accounts.gone.get(user_id) or self.accounts.by_id.get(user_id)
        return user.api_key.version if user and user.api_key else None

    def thread_ids(self, user_id: int) -> Iterator[int]:
        """Return every thread of a user, deleted or not."""
        keys = self.records.threads.keys() | self.records.deleted.keys()
        return iter(sorted(thread_id for owner, thread_id in keys if owner == user_id))

    def messages(self, user_id: int, thread_id: int) -> LeftMessages:
        """Return the first few messages of a thread; none when none is left."""
        keys = [key for key in sorted(self.records.messages) if key[:2] == (user_id, thread_id)]
        found = [self.records.messages[key] for key in keys[:FEW]]
        run_ids = dict.fromkeys(message.run_id for message in found)
        runs = [self.records.runs.get((user_id, run_id)) for run_id in run_ids]
        return LeftMessages(
            user_id,
            thread_id,
            [message.id for message in found],
            [_left(run) for run in runs if run is not None],
        )

    def runs(self, user_id: int) -> Iterator[LeftRun]:
        """Return every run of a user."""
        for run in [*self.records.runs.values()]:
            if run.user_id == user_id:
                yield _left(run)

    def clear_run(self, run: LeftRun) -> None:
        """Clear a run away. It is under way no more, and whoever polls it finds it gone."""
        self.records.runs.pop((run.user_id, run.id), None)

    def clear_messages(self, left: LeftMessages) -> None:
        """Clear these messages away. Their runs must be gone: only messages lead to them."""
        for message_id in left.message_ids:
            self.records.messages.pop((left.user_id, left.thread_id, message_id), None)

    def clear_thread(self, user_id: int, thread_id: int) -> None:
        """Clear a thread away that has no messages left, with every text kept outside of them."""
        self.records.threads.pop((user_id, thread_id), None)

    def clear_account(self, user_id: int) -> None:
        """Clear everything else of a user away, and last who they were."""
        accounts, sessions = self.accounts, self.accounts.sessions
        for session in sessions.list(user_id):
            sessions.delete(session)
        for key in [key for key in accounts.assistants if key[0] == user_id]:
            del accounts.assistants[key]
        for owner_and_key in [each for each in self.records.made if each[0] == user_id]:
            del self.records.made[owner_and_key]
        accounts.gone.pop(user_id, None)
        for name in [name for name, owner in accounts.ids.items() if owner == user_id]:
            del accounts.ids[name]


def _left(run: Run) -> LeftRun:
    lease = None if run.is_over else run.lease_until
    return LeftRun(run.user_id, run.id, run.response_id, lease)
