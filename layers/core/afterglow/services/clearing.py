"""Clearing away what the deleted left, step by step.

The order is what makes it safe to end anywhere: what leads to other things goes after them, so
that a later pass still finds them. Upstream before runs, runs before messages, messages before
their thread; of a user the key after all threads and files, and the name after everything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from afterglow.ports.accounts import KeyVault
from afterglow.ports.clock import Clock
from afterglow.ports.deletions import Deletion, DeletionKind, LeftRun, Remains
from afterglow.ports.engine import EngineFactory
from afterglow.ports.upstream_files import UpstreamFilesFactory
from afterglow.services.clearing_files import FileClearing
from afterglow.services.forgetting import ReapReport, Upstream

# A function lives a minute at most: whoever read the thread or the user before the deletion is
# gone by then. What they wrote last is cleared away with the rest, in the tables, in the bucket and
# upstream, and what they were reading was whole to its end.
LAST_REQUESTS = timedelta(seconds=65)
# Who works at an upload lives five minutes.
LAST_UPLOADS = timedelta(seconds=305)
# How long the upstream may be out of reach before what lies there is left there.
PATIENCE = timedelta(days=1)


class HeldError(Exception):
    """Somebody may still be writing to what is to be cleared away; later nobody is."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Takes deletions apart into small steps."""

    remains: Remains
    files: FileClearing
    vault: KeyVault
    engines: EngineFactory
    upstream_files: UpstreamFilesFactory
    now: Clock

    def steps(self, deletion: Deletion, report: ReapReport) -> Iterator[None]:
        """Clear away what a deletion left, a step for each item asked for.

        Every step is at most a call upstream and a few writes. Raises HeldError, what the upstream
        raises while it may recover, and what the vendors of the ports raise.
        """
        if self.now() < deletion.requested_at + LAST_REQUESTS:
            raise HeldError
        upstream, name = self._upstream(deletion, report), deletion.name
        match deletion.kind:
            case DeletionKind.USER:
                yield from self._clear_user(deletion, upstream)
            case DeletionKind.THREAD:
                yield from self._clear_thread(deletion.user_id, int(name), upstream)
            case DeletionKind.ASSISTANT:
                yield from self.files.clear_assistant(deletion.user_id, int(name), upstream)
            case DeletionKind.FILE:
                yield from self.files.clear_file(deletion, upstream)

    def _upstream(self, deletion: Deletion, report: ReapReport) -> Upstream:
        version = self.remains.key_version(deletion.user_id)
        api_key = self.vault.get(deletion.user_id, version) if version else None
        return Upstream(
            engine=self.engines(api_key) if api_key else None,
            files=self.upstream_files(api_key) if api_key else None,
            is_overdue=self.now() > deletion.requested_at + PATIENCE,
            report=report,
        )

    def _clear_user(self, deletion: Deletion, upstream: Upstream) -> Iterator[None]:
        user_id = deletion.user_id
        if self._may_yet_be_uploaded(deletion):
            raise HeldError
        for thread_id in self.remains.thread_ids(user_id):
            yield from self._clear_thread(user_id, thread_id, upstream)
            yield
        # Messages have led to all of them; if one ever slips through, this is the last chance.
        yield from self._clear_runs(self.remains.runs(user_id), upstream)
        yield from self.files.clear_library(user_id, upstream)
        self.vault.delete(user_id)
        yield
        self.remains.clear_account(user_id)

    def _may_yet_be_uploaded(self, deletion: Deletion) -> bool:
        is_recent = self.now() < deletion.requested_at + LAST_UPLOADS
        return is_recent and self.files.has_uploads(deletion.user_id)

    def _clear_thread(self, user_id: int, thread_id: int, upstream: Upstream) -> Iterator[None]:
        while (left := self.remains.messages(user_id, thread_id)).message_ids:
            yield from self._clear_runs(left.runs, upstream)
            self.remains.clear_messages(left)
            yield
        self.remains.clear_thread(user_id, thread_id)

    def _clear_runs(self, runs: Iterable[LeftRun], upstream: Upstream) -> Iterator[None]:
        for run in runs:
            if self._may_yet_be_bound(run):
                raise HeldError
            upstream.forget(run)
            self.remains.clear_run(run)
            yield

    def _may_yet_be_bound(self, run: LeftRun) -> bool:
        """Tell whether somebody may be about to learn of a Response that nobody else knows."""
        is_unbound = run.response_id is None
        return is_unbound and run.lease_until is not None and self.now() < run.lease_until
